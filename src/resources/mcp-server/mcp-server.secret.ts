/** The secret of an MCP server on its way into the database: sealed, and a preview in its place. */
import type { JsonRecord } from '../../graph/queries/account-row';
import type { ComputedInput, EncryptedColumn } from '../../graph/resource';
import { encryptionContextOf } from '../../graph/mutations/encrypted-columns';
import type { McpAuthentication } from './mcp-server.entity';
import { SECRET_FIELD, type McpAuthenticationInput } from './mcp-server.inputs';

export const SECRET: EncryptedColumn = { table: 'mcp_server', column: 'secret' };

const SHOWN = 4;
const LONG_ENOUGH = 16;

const previewOf = (secret: string): string => (secret.length < LONG_ENOUGH ? '…' : `…${secret.slice(-SHOWN)}`);

/** The part of an authentication that is secret; null for NO_AUTH and for types that are none. */
export function secretPart({ type }: JsonRecord): string | null {
  const known = Object.entries(SECRET_FIELD).find(([name]) => name === type);
  return known?.[1] ?? null;
}

interface Stored {
  readonly authentication: McpAuthentication;
  readonly secret: Buffer | null;
}

/** What is stored of an authentication that an input names; nothing when it names none. */
export function sealAuthentication(
  draft: Readonly<Record<string, unknown>>,
  { id, accountId, row, input: given, vault }: ComputedInput,
): Partial<Stored> {
  if (row !== null && !('authentication' in given)) return {};
  // The draft was checked, so this is what the input type and the rules say.
  const authentication = draft.authentication as McpAuthenticationInput;
  const { type, headerName = null } = authentication;
  const field = SECRET_FIELD[type];
  const plain = field === null ? null : (authentication[field] ?? null);
  return {
    authentication: { type, headerName, preview: plain === null ? null : previewOf(plain) },
    secret: plain === null ? null : vault.seal(plain, encryptionContextOf(SECRET, accountId, id)),
  };
}
