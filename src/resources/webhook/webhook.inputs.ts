/** The inputs of a webhook, and the validation of whole rows. */
import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { AuditAction } from '../../audit/audit-event.entity';
import { metadata, name, text, urlProblem } from '../../graph/mutations/row-schema';
import type { JsonRecord } from '../../graph/queries/account-row';
import { JsonObject } from '../../graph/scalars';
import { webhookSecretProblem } from '../../webhooks/signature';
import { WebhookSigningInput } from './webhook.entity';

const MAX_RESOURCE_TYPES = 32;

@InputType({ description: 'Changes of a webhook; absent fields stay as they are.' })
export class UpdateWebhookInput {
  @Field(() => String, {
    nullable: true,
    description: 'Unique among the webhooks of the account that are not deleted; 1 to 255 characters.',
  })
  name?: string;

  @Field(() => String, { nullable: true, description: 'What it is for, at most 10,000 characters.' })
  description?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'An absolute URL without user, password and fragment, at most 2,048 characters: https, and a public address. Addresses in the setting WEBHOOK_ALLOWED_NETWORKS of the gateway may be private and use http.',
  })
  url?: string;

  @Field(() => [String], {
    nullable: true,
    description: 'Types of the rows whose events are sent, for example `["Agent", "Tool"]`, at most 32; default: all.',
  })
  resourceTypes?: string[];

  @Field(() => [AuditAction], { nullable: true, description: 'Actions that are sent; default: all.' })
  actions?: (keyof typeof AuditAction)[];

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether events are sent; default: true. A webhook that is enabled again continues where it stopped.',
  })
  enabled?: boolean;

  @Field(() => WebhookSigningInput, {
    nullable: true,
    description:
      'Your own secret; default: the gateway generates one. In an update it replaces the old one at once; with `rotateWebhookSecret`, both are valid for some time.',
  })
  signing?: WebhookSigningInput;

  @Field(() => JsonObject, { nullable: true, description: 'At most 16 KB and 8 levels.' })
  metadata?: JsonRecord;
}

@InputType({ description: 'A new webhook.' })
export class CreateWebhookInput extends UpdateWebhookInput {
  @Field(() => String, {
    description: 'Unique among the webhooks of the account that are not deleted; 1 to 255 characters.',
  })
  override name!: string;

  @Field(() => String, {
    description:
      'An absolute URL without user, password and fragment, at most 2,048 characters: https, and a public address. Addresses in the setting WEBHOOK_ALLOWED_NETWORKS of the gateway may be private and use http.',
  })
  override url!: string;
}

const url = z.string().superRefine((value, context) => {
  const message = urlProblem(value) ?? (new URL(value).hash === '' ? null : 'must have no fragment (#…)');
  if (message !== null) context.addIssue({ code: 'custom', message });
});

const resourceType = z.string().regex(/^[A-Z][A-Za-z]{0,63}$/, {
  error: 'must be the type of a row, for example Agent',
});

/** A bundle's placeholder for the secret. */
const PLACEHOLDER = /^\$\{secret:[^}]+\}$/;

/** As given, with a secret or its placeholder, or as stored, with a preview. */
const signing = z
  .object({ secret: z.string().nullish(), preview: z.string().nullish() })
  .superRefine(({ secret, preview }, context) => {
    const message =
      typeof secret === 'string'
        ? PLACEHOLDER.test(secret)
          ? null
          : webhookSecretProblem(secret)
        : typeof preview === 'string'
          ? null
          : 'is required, as whsec_ followed by base64';
    if (message !== null) context.addIssue({ code: 'custom', path: ['secret'], message });
  });

export const webhookRowSchema = z.object({
  name,
  description: text(10_000).nullish(),
  url,
  resourceTypes: z
    .array(resourceType)
    .max(MAX_RESOURCE_TYPES, { error: `has more than ${MAX_RESOURCE_TYPES} types` })
    .default([]),
  actions: z.array(z.enum(AuditAction)).max(Object.keys(AuditAction).length).default([]),
  enabled: z.boolean({ error: 'must be true or false' }).default(true),
  signing,
  metadata,
});
