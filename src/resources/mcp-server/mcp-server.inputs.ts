/** The inputs of an MCP server, and their validation rules. */
import { Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { jsonObject, metadata, name, text, urlProblem } from '../../graph/mutations/row-schema';
import type { JsonRecord } from '../../graph/queries/account-row';
import { JsonObject } from '../../graph/scalars';
import { McpAuthenticationType, McpTransport } from './mcp-server.entity';

const CONFIG =
  '`url` (http or https, without user and password, at most 2,048 characters) and further settings, for example `headers`; at most 64 KB and 16 levels. Secrets are refused here: they belong in `authentication`.';

@InputType({ description: 'A header that carries a secret.' })
export class McpHeaderInput {
  @Field(() => String, { description: 'The name of an HTTP header, at most 255 characters.' })
  name!: string;

  @Field(() => String, { description: 'Its whole value, 1 to 8,192 characters; stored encrypted and never shown.' })
  value!: string;
}

@InputType({
  description: 'How agents authenticate. It is replaced as a whole; secrets are stored encrypted and never shown.',
})
export class McpAuthenticationInput {
  @Field(() => McpAuthenticationType, { description: 'Determines which of the other fields are required.' })
  type!: McpAuthenticationType;

  @Field(() => String, { nullable: true, description: 'For BEARER_TOKEN: 1 to 8,192 characters.' })
  token?: string | null;

  @Field(() => String, { nullable: true, description: 'For API_KEY: 1 to 8,192 characters.' })
  apiKey?: string | null;

  @Field(() => [McpHeaderInput], {
    nullable: true,
    description: 'For CUSTOM_HEADER: 1 to 16 headers of different names.',
  })
  headers?: McpHeaderInput[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'For CUSTOM_HEADER with one header, in place of `headers`: its name, at most 255 characters.',
  })
  headerName?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'For CUSTOM_HEADER with one header, in place of `headers`: its value, 1 to 8,192 characters.',
  })
  headerValue?: string | null;
}

@InputType({ description: 'Changes of an MCP server; absent fields stay as they are.' })
export class UpdateMcpServerInput {
  @Field(() => String, {
    nullable: true,
    description: 'Unique among the MCP servers of the account that are not deleted; 1 to 255 characters.',
  })
  name?: string;

  @Field(() => String, { nullable: true, description: 'At most 10,000 characters.' })
  description?: string | null;

  @Field(() => McpTransport, { nullable: true, description: 'Transport protocol; default: HTTP.' })
  transport?: McpTransport;

  @Field(() => JsonObject, {
    nullable: true,
    description: CONFIG,
  })
  config?: JsonRecord;

  @Field(() => McpAuthenticationInput, { nullable: true, description: 'Default: NO_AUTH.' })
  authentication?: McpAuthenticationInput;

  @Field(() => JsonObject, { nullable: true, description: 'At most 16 KB and 8 levels.' })
  metadata?: JsonRecord;
}

@InputType({ description: 'A new MCP server.' })
export class CreateMcpServerInput extends UpdateMcpServerInput {
  @Field(() => String, {
    description: 'Unique among the MCP servers of the account that are not deleted; 1 to 255 characters.',
  })
  override name!: string;

  @Field(() => JsonObject, { description: CONFIG })
  override config!: JsonRecord;
}

const config = jsonObject(64 * 1024, 16).superRefine(({ url }, context) => {
  const message = urlProblem(url);
  if (message !== null) context.addIssue({ code: 'custom', path: ['url'], message });
});

/** RFC 9110, field values: visible characters separated by blanks. */
const secret = text(8192)
  .regex(/^[\x21-\x7e\x80-\xff]([\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?$/, {
    error: 'must consist of characters that are valid in an HTTP header, without leading or trailing blanks',
  })
  .nullish();

const MAX_HEADERS = 16;

const headerName = text(255).regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, { error: 'must be the name of an HTTP header' });
const headers = z
  .array(z.object({ name: headerName, value: secret, preview: z.string().nullish() }))
  .max(MAX_HEADERS, { error: `has more than ${MAX_HEADERS} headers` })
  .nullish();

/** As given, with its secrets, or as stored, with previews. */
const givenAuthentication = z.object({
  type: z.enum(McpAuthenticationType),
  token: secret,
  apiKey: secret,
  headers,
  headerName: headerName.nullish(),
  headerValue: secret,
  preview: z.string().nullish(),
});

type GivenAuthentication = z.infer<typeof givenAuthentication>;
type Wrong = (path: (string | number)[], message: string) => void;

/** The field with the secret, for types that have one. */
const SECRET_FIELD = {
  NO_AUTH: null,
  BEARER_TOKEN: 'token',
  API_KEY: 'apiKey',
  CUSTOM_HEADER: null,
} as const satisfies Record<McpAuthenticationType, string | null>;

function checkHeaders(given: GivenAuthentication, wrong: Wrong): void {
  const names = new Set<string>();
  for (const [index, { name, value, preview }] of (given.headers ?? []).entries()) {
    if (!value && typeof preview !== 'string') wrong(['headers', index, 'value'], 'is required');
    if (names.has(name.toLowerCase())) wrong(['headers', index, 'name'], `names the header ${name} a second time`);
    names.add(name.toLowerCase());
  }
  if (given.headers && given.headers.length > 0) {
    if (given.headerValue) wrong(['headerValue'], 'cannot be combined with headers; put it among them');
    return;
  }
  if (!given.headerName && given.headerValue) wrong(['headerName'], 'is required for CUSTOM_HEADER');
  else if (!given.headerName) wrong(['headers'], 'is required for CUSTOM_HEADER');
  else if (!given.headerValue && typeof given.preview !== 'string')
    wrong(['headerValue'], 'is required for CUSTOM_HEADER');
}

function checkAuthentication(given: GivenAuthentication, wrong: Wrong): void {
  const { type, preview } = given;
  const wanted = SECRET_FIELD[type];
  for (const field of ['token', 'apiKey'] as const) {
    if (field === wanted && typeof preview !== 'string' && !given[field]) wrong([field], `is required for ${type}`);
    if (field !== wanted && given[field]) wrong([field], `is not allowed for ${type}`);
  }
  if (type === 'CUSTOM_HEADER') checkHeaders(given, wrong);
  else
    for (const field of ['headers', 'headerName', 'headerValue'] as const)
      if (given[field]?.length) wrong([field], `is not allowed for ${type}`);
}

/** A single header may be given next to the other fields; it is stored like several. */
function normalised({
  type,
  token,
  apiKey,
  headers: several,
  headerName: name,
  headerValue: value,
}: GivenAuthentication) {
  if (type !== 'CUSTOM_HEADER') return { type, ...(token && { token }), ...(apiKey && { apiKey }) };
  const given = several && several.length > 0 ? several : [{ name: name ?? '', value }];
  return { type, headers: given.map((header) => ({ name: header.name, value: header.value })) };
}

const authentication = givenAuthentication
  .superRefine((given, context) =>
    checkAuthentication(given, (path, message) => context.addIssue({ code: 'custom', path, message })),
  )
  .transform(normalised);

export interface CheckedAuthentication {
  readonly type: McpAuthenticationType;
  readonly token?: string;
  readonly apiKey?: string;
  readonly headers?: readonly { readonly name: string; readonly value?: string | null }[];
}

export const mcpServerRowSchema = z.object({
  name,
  description: text(10_000).nullish(),
  transport: z.enum(McpTransport).default('HTTP'),
  config,
  authentication: authentication.default({ type: 'NO_AUTH' }),
  metadata,
});
