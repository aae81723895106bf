/** Which events of the audit log to show. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { RowsNamedDocument, type AuditEventFilter } from '../../../../schema/generated/operations';
import { CommandFailure } from '../../failures';
import type { Session } from '../../gateway/session';

const ACTIONS = ['CREATE', 'UPDATE', 'DELETE', 'RESTORE', 'PURGE', 'ERASE'] as const;

export interface FilterOptions {
  readonly action?: (typeof ACTIONS)[number];
  readonly type?: string;
  readonly resource?: string;
  readonly actor?: string;
  readonly operation?: string;
  readonly request?: string;
  readonly since?: string;
  readonly until?: string;
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A time or an age, in the API's format. */
function time(text: string): string {
  const [, amount = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const at = unit === '' ? Date.parse(text) : Date.now() - Number(amount) * (UNIT_MS[unit] ?? 0);
  const isTime = unit !== '' || /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  if (isTime && !Number.isNaN(at)) return new Date(at).toISOString();
  throw new InvalidArgumentError(
    'It must be a date (2026-01-31), a time with time zone (2026-01-31T09:30:00Z), or an age (90s, 30m, 12h, 7d).',
  );
}

export const withFilter = (target: Command): Command =>
  target
    .addOption(new Option('--action <action>', 'only this action').choices(ACTIONS))
    .option('--type <type>', 'only rows of this type, for example Agent')
    .option('--resource <name>', 'only this row, by name or id')
    .option('--actor <name>', 'only changes by the key of this name')
    .option('--operation <name>', 'only changes by the GraphQL operation of this name')
    .option('--request <id>', 'only changes of this request')
    .option('--since <time>', 'only events since then: a time, or an age (90s, 30m, 12h, 7d)', time)
    .option('--until <time>', 'only before then', time);

/** Ids of the rows with a name. */
async function idsOf({ client }: Session, accountId: string | undefined, row: string): Promise<string[]> {
  if (ID.test(row)) return [row];
  const lists = Object.values(await client.ask(RowsNamedDocument, { accountId, name: row }));
  const ids = lists.flatMap(({ nodes }) => nodes.map(({ id }) => id));
  if (ids.length > 0) return ids.slice(0, 100);
  throw new CommandFailure(`No row is named "${row}": give its id, as the audit log shows it.`);
}

/** @throws CommandFailure when no row has the name. */
export async function filterOf(
  session: Session,
  accountId: string | undefined,
  { action, type, resource, actor, operation, request, since, until }: FilterOptions,
): Promise<AuditEventFilter> {
  const equals = <Value>(value: Value | undefined): { equals: Value } | undefined =>
    value === undefined ? undefined : { equals: value };
  return {
    action: equals(action),
    resourceType: equals(type),
    resourceId: resource === undefined ? undefined : { in: await idsOf(session, accountId, resource) },
    actorName: equals(actor),
    operationName: equals(operation),
    requestId: equals(request),
    at: since === undefined && until === undefined ? undefined : { after: since, before: until },
  };
}
