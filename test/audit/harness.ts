/** Shortcuts for the queries of the audit tests. */
import type { Client as ApiClient } from '../harness/gateway';
import type { TestDatabase } from '../harness/database';
import { query } from '../harness/sql';

export const CREATE_TOOL = 'mutation CreateTool($input: CreateToolInput!) { createTool(input: $input) { id version } }';
export const UPDATE_TOOL =
  'mutation UpdateTool($id: ID!, $input: UpdateToolInput!) { updateTool(id: $id, input: $input) { id version } }';

export const ERASE =
  'mutation Erase($id: ID!, $type: String!, $reason: String! = "right to be forgotten") { eraseHistory(resourceType: $type, id: $id, reason: $reason) { accountId resourceType resourceId erasedEvents } }';

export async function createTool(client: ApiClient, name: string, rest: object = {}): Promise<string> {
  const made = await client.ask<{ createTool: { id: string } }>(CREATE_TOOL, { input: { name, ...rest } });
  return made.createTool.id;
}

/** Runs one statement as superuser, like an intruder with full access. */
export const asDatabaseUser = (database: TestDatabase, text: string, values: unknown[] = []): Promise<void> =>
  query(database.superuserUrl, text, values).then(() => undefined);

export interface Verification {
  readonly intact: boolean;
  readonly checked: number;
  readonly complete: boolean;
  readonly fault: string | null;
  readonly faultSequence: number | null;
}

export const VERIFY =
  'query ($after: Int! = 0, $checkpoint: AuditCheckpointInput) { verifyAudit(after: $after, checkpoint: $checkpoint) { intact checked complete fault faultSequence message } }';

export const CHECKPOINT = '{ auditCheckpoint { sequence hash at signature } }';

export async function verify(client: ApiClient, checkpoint?: object): Promise<Verification> {
  return (await client.ask<{ verifyAudit: Verification }>(VERIFY, { checkpoint })).verifyAudit;
}
