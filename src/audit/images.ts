/** Loads the images of listed events on demand: one statement for all events requested in a tick. */
import DataLoader from 'dataloader';
import { imagesOfEvents } from '../db/statements/audit-events';
import { scopeOfRow, type Scope } from '../db/scope';
import type { JsonRecord } from '../graph/queries/account-row';
import type { AuditEvent } from './audit-event.entity';

export interface EventImages {
  readonly before: JsonRecord | null;
  readonly after: JsonRecord | null;
}

const keyOf = (accountId: unknown, sequence: unknown): string => `${String(accountId)}/${String(sequence)}`;

const readImages = (scope: Scope, accountId: string | null, events: readonly AuditEvent[]): Promise<unknown[][]> =>
  scope.read(
    imagesOfEvents(
      accountId,
      events.map((event) => event.accountId),
      events.map(({ id }) => id),
    ),
  );

function byAccount(events: readonly AuditEvent[]): ReadonlyMap<string, readonly AuditEvent[]> {
  const accounts = new Map<string, AuditEvent[]>();
  for (const event of events) accounts.set(event.accountId, [...(accounts.get(event.accountId) ?? []), event]);
  return accounts;
}

async function fetchImages(scope: Scope, events: readonly AuditEvent[]): Promise<(EventImages | null)[]> {
  const rows = scope.readsByAccount
    ? (await Promise.all([...byAccount(events)].map((each) => readImages(scope, ...each)))).flat()
    : await readImages(scope, scope.accountId, events);
  const images = new Map(
    rows.map(([accountId, sequence, before, after]) => [
      keyOf(accountId, sequence),
      { before: before as JsonRecord | null, after: after as JsonRecord | null },
    ]),
  );
  return events.map(({ accountId, id }) => images.get(keyOf(accountId, id)) ?? null);
}

const loaders = new WeakMap<Scope, DataLoader<AuditEvent, EventImages | null, string>>();

/** @returns null if the images were erased. */
export function imagesOf(event: AuditEvent): Promise<EventImages | null> {
  const scope = scopeOfRow(event);
  let loader = loaders.get(scope);
  if (!loader) {
    loader = new DataLoader((events) => fetchImages(scope, events), {
      cacheKeyFn: ({ accountId, id }) => keyOf(accountId, id),
    });
    loaders.set(scope, loader);
  }
  return loader.load(event);
}
