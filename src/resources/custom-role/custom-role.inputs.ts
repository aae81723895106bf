/** The inputs of a custom role, and the validation of whole rows. */
import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { ACTIONS, isEmpty } from '../../auth/grants';
import { RESERVED_ROLE_NAMES, type KeyAccess } from '../../auth/key-access';
import { metadata, name, text, type RuleProblem } from '../../graph/mutations/row-schema';
import type { JsonRecord } from '../../graph/queries/account-row';
import { JsonObject } from '../../graph/scalars';

/** More than there are resource types with actions. */
const MAX_PERMISSIONS = 124;

@InputType({
  description:
    'Changes of a role, which take effect for all of its keys within a second; absent fields stay as they are.',
})
export class UpdateCustomRoleInput {
  @Field(() => String, {
    nullable: true,
    description:
      'Unique among the roles of the account that are not deleted; 1 to 255 characters, and not the name of a built-in role.',
  })
  name?: string;

  @Field(() => String, { nullable: true, description: 'What the role is for, at most 10,000 characters.' })
  description?: string | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'What its keys may do, for example `["agents:read", "runs:run"]`, 1 to 124 of them: at most what the key of this request may. For an ADMINISTRATOR, `viewer { permissions }` lists all that exist.',
  })
  permissions?: string[];

  @Field(() => JsonObject, { nullable: true, description: 'At most 16 KB and 8 levels.' })
  metadata?: JsonRecord;
}

@InputType({ description: 'A new role.' })
export class CreateCustomRoleInput extends UpdateCustomRoleInput {
  @Field(() => String, {
    description:
      'Unique among the roles of the account that are not deleted; 1 to 255 characters, and not the name of a built-in role.',
  })
  override name!: string;

  @Field(() => [String], {
    description:
      'What its keys may do, for example `["agents:read", "runs:run"]`, 1 to 124 of them: at most what the key of this request may. For an ADMINISTRATOR, `viewer { permissions }` lists all that exist.',
  })
  override permissions!: string[];
}

const reserved: ReadonlySet<string> = new Set(RESERVED_ROLE_NAMES.map((role) => role.toLowerCase()));

const permissions = z
  .array(z.string())
  .min(1, 'must name a permission, for example agents:read')
  .max(MAX_PERMISSIONS, `must have at most ${MAX_PERMISSIONS} permissions`)
  .superRefine((list, context) => {
    list.forEach((permission, index) => {
      if (list.indexOf(permission) < index)
        context.addIssue({ code: 'custom', path: [index], message: `${JSON.stringify(permission)} is listed twice` });
    });
  });

export const customRoleRowSchema = z.object({
  name: name.refine((text) => !reserved.has(text.toLowerCase()), {
    error: 'is the name of a built-in role; choose another',
  }),
  description: text(10_000).nullish(),
  permissions,
  metadata,
});

/** The first permission that does not exist. */
export function unknownPermission(
  { permissions: list }: Readonly<Record<string, unknown>>,
  { table }: KeyAccess,
): RuleProblem | null {
  const texts = Array.isArray(list) ? list.map(String) : [];
  const index = texts.findIndex((permission) => isEmpty(table.parse([permission])));
  if (index < 0) return null;
  const actions = ACTIONS.map((action) => action.toLowerCase()).join(', ');
  return {
    path: ['permissions', index],
    problem: `${JSON.stringify(texts[index])} is not a permission: write a resource type (${table.types.join(', ')}) with an action (${actions}), for example agents:read`,
  };
}
