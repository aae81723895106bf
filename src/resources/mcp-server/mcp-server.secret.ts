/** Prepares an MCP server's secrets for storage: encrypted together, replaced by previews. */
import type { Vault } from '../../db/vault';
import type { SecretField, ComputedInput, EncryptedColumn } from '../../graph/resource';
import { encryptionContextOf } from '../../graph/mutations/encrypted-columns';
import type { AccountRow, JsonRecord } from '../../graph/queries/account-row';
import { McpServer, type McpAuthentication } from './mcp-server.entity';
import type { CheckedAuthentication } from './mcp-server.inputs';

export const SECRET: EncryptedColumn = { table: 'mcp_server', column: 'secret' };

const SHOWN = 4;
const LONG_ENOUGH = 16;

const previewOf = (secret: string): string => (secret.length < LONG_ENOUGH ? '…' : `…${secret.slice(-SHOWN)}`);

/** The stored form: a single secret as it is, those of headers as a JSON list ordered by name. */
function secretOf({ type, token, apiKey, headers }: CheckedAuthentication): { preview: string; secret: string } | null {
  const [first] = headers ?? [];
  if (type === 'CUSTOM_HEADER')
    return {
      preview: previewOf(first?.value ?? ''),
      secret: JSON.stringify((headers ?? []).map(({ value }) => value)),
    };
  const secret = token ?? apiKey ?? null;
  return secret === null ? null : { preview: previewOf(secret), secret };
}

interface Stored {
  readonly authentication: McpAuthentication;
  readonly secret: Buffer | null;
}

/** The stored form of the authentication in an input; nothing if it has none. */
export function encryptAuthentication(
  draft: Readonly<Record<string, unknown>>,
  { id, accountId, row, input: given, vault }: ComputedInput,
): Partial<Stored> {
  if (row !== null && !('authentication' in given)) return {};
  // The draft was validated, so this matches the input type and the rules.
  const authentication = draft.authentication as CheckedAuthentication;
  const kept = secretOf(authentication);
  const headers = authentication.headers?.map(({ name, value }) => ({ name, preview: previewOf(value ?? '') })) ?? null;
  return {
    authentication: {
      type: authentication.type,
      preview: kept?.preview ?? null,
      headerName: headers?.[0]?.name ?? null,
      headers,
    },
    secret: kept === null ? null : vault.encrypt(kept.secret, encryptionContextOf(SECRET, accountId, id)),
  };
}

/** The headers of a stored authentication; the first releases had only one, next to the other fields. */
export function storedHeaders({ type, preview, headerName, headers }: McpAuthentication): McpAuthentication['headers'] {
  if (type !== 'CUSTOM_HEADER') return null;
  return headers ?? [{ name: headerName ?? '', preview: preview ?? '…' }];
}

const partOf = (header: string): string => `headers.${header.toLowerCase()}`;

/** @returns the secrets by part. */
function reveal(row: AccountRow, vault: Vault): ReadonlyMap<string, string> {
  if (!(row instanceof McpServer) && !('secret' in row)) return new Map();
  const { authentication, secret, id, accountId } = row as McpServer;
  if (secret === null) return new Map();
  const text = vault.decrypt(secret, encryptionContextOf(SECRET, accountId, id));
  const headers = storedHeaders(authentication);
  if (!headers) return new Map([[authentication.type === 'API_KEY' ? 'apiKey' : 'token', text]]);
  const values = authentication.headers ? (JSON.parse(text) as string[]) : [text];
  return new Map(headers.map(({ name }, index) => [partOf(name), values[index] ?? '']));
}

const SINGLE: Readonly<Record<string, string>> = { BEARER_TOKEN: 'token', API_KEY: 'apiKey' };

/** The secret parts of an authentication, for bundles. */
export const secretField: SecretField = {
  property: 'authentication',
  storedParts: ['preview'],
  secrets: ({ type, headers, headerName, headerValue }) => {
    const single = SINGLE[String(type)];
    if (single !== undefined) return [{ part: single, path: [single] }];
    if (headerValue !== undefined) return [{ part: partOf(String(headerName)), path: ['headerValue'] }];
    const list = type === 'CUSTOM_HEADER' && Array.isArray(headers) ? headers : [];
    return list.map((header: { readonly name?: unknown } | null, index) => ({
      part: partOf(String(header?.name)),
      path: ['headers', index, 'value'],
    }));
  },
  shown: (stored: JsonRecord) => {
    const headers = storedHeaders(stored as unknown as McpAuthentication);
    return { type: stored.type, ...(headers && { headers: headers.map(({ name }) => ({ name })) }) };
  },
  reveal,
};
