/** Compares the answers that writers received with the stored data. */
import { hashSecret, parseKey } from '../../../src/auth/key-format';
import type { Entry, Fact } from './ledger';
import type { Stored, StoredEvent, StoredRow } from './stored';

/** `lost`: acknowledged but missing. `missingAudit`: stored, but the audit log does not contain it exactly once. */
export const FINDINGS = ['lost', 'doubled', 'untrue', 'missingAudit'] as const;
type Kind = (typeof FINDINGS)[number];

export interface Finding {
  readonly kind: Kind;
  readonly fault: string;
  readonly marker: string;
  readonly text: string;
}

/** Tables whose every change has an event. */
const AUDITED = [
  ['tool', 'Tool'],
  ['agent', 'Agent'],
  ['api_key', 'ApiKey'],
] as const;

const group = <Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> => {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const others = groups.get(key);
    if (others) others.push(item);
    else groups.set(key, [item]);
  }
  return groups;
};

const same = (one: readonly string[], other: readonly string[]): boolean =>
  [...one].sort().join() === [...other].sort().join();

const differing = (wanted: Fact['values'], columns: Readonly<Record<string, unknown>>): string[] =>
  Object.keys(wanted).filter((name) => wanted[name] !== columns[name]);

class Check {
  readonly findings: Finding[] = [];
  readonly #rows = new Map<string, StoredRow>();
  readonly #byMarker: Map<string, StoredRow[]>;
  readonly #byRequest: Map<string, StoredEvent[]>;
  readonly #byResource: Map<string, StoredEvent[]>;
  /** The writer whose answer contained a version of a row. */
  readonly #versions = new Map<string, string>();

  constructor(private readonly stored: Stored) {
    const all = Object.values(stored.rows).flat();
    for (const row of all) this.#rows.set(row.id, row);
    this.#byMarker = group(all, ({ marker }) => marker ?? '');
    this.#byRequest = group(stored.events, ({ requestId }) => requestId);
    this.#byResource = group(stored.events, ({ resourceId }) => resourceId);
  }

  #find(kind: Kind, { fault, marker }: Pick<Entry, 'fault' | 'marker'>, text: string): void {
    this.findings.push({ kind, fault, marker, text });
  }

  write(attempts: readonly Entry[]): void {
    const told = attempts.find(({ outcome }) => outcome === 'acknowledged');
    const first = told ?? attempts.at(-1);
    if (!first) return;
    for (const attempt of attempts) this.#answer(attempt);
    const events = attempts.flatMap(({ requestId }) => this.#byRequest.get(requestId) ?? []);
    const [head] = first.events;
    const heads = events.filter(({ what }) => what === head).length;
    const rows = first.creates ? (this.#byMarker.get(first.marker)?.length ?? 0) : 0;
    if (heads > 1 || rows > 1) {
      this.#find('doubled', first, `${first.kind}: ${heads} events, ${rows} rows`);
      return;
    }
    if (rows > 0 && attempts.every(({ outcome }) => outcome === 'refused'))
      this.#find('untrue', first, `${first.kind} is stored, and was refused`);
    if (!(told ? this.#isThere(told) : rows > 0 || events.length > 0)) return;
    const names = events.map(({ what }) => what);
    if (!same(names, first.events)) this.#find('missingAudit', first, `${first.kind}: events are ${names.join()}`);
    if (first.isMaster && !attempts.some(({ requestId }) => this.stored.accessed.has(requestId)))
      this.#find('missingAudit', first, `${first.kind}: no access entry of the master key`);
  }

  /** What an answer proves by itself. */
  #answer(entry: Entry): void {
    if (entry.isUntrue) this.#find('untrue', entry, `${entry.kind}: ${entry.note}`);
    if (entry.outcome === 'refused' && this.#byRequest.has(entry.requestId))
      this.#find('untrue', entry, `${entry.kind} is stored, and was refused: ${entry.note}`);
    for (const fact of entry.facts) this.#fact(entry, fact);
    if (entry.secret !== null) this.#secret(entry, entry.secret);
  }

  #isThere({ facts }: Entry): boolean {
    return facts.every(({ id, version }) => (this.#rows.get(id)?.version ?? 0) >= version);
  }

  #fact(entry: Entry, { id, version, values }: Fact): void {
    const row = this.#rows.get(id);
    const other = this.#versions.get(`${id} ${version}`);
    this.#versions.set(`${id} ${version}`, entry.marker);
    if (!row || row.version < version) {
      const there = row?.version ?? 'nothing';
      this.#find('lost', entry, `${entry.kind}: version ${version} of ${id}, stored is ${there}`);
      return;
    }
    if (other !== undefined && other !== entry.marker)
      this.#find('lost', entry, `${entry.kind}: version ${version} of ${id} was told to ${other}, too`);
    if (row.version === version) this.#compare(entry, values, row.columns, 'the row');
    const event = this.#byResource.get(id)?.find(({ after }) => after['version'] === version);
    if (event) this.#compare(entry, values, event.after, 'its event');
  }

  #compare(entry: Entry, values: Fact['values'], columns: Readonly<Record<string, unknown>>, where: string): void {
    const names = differing(values, columns);
    if (names.length > 0) this.#find('untrue', entry, `${entry.kind}: ${names.join()} differ in ${where}`);
  }

  #secret(entry: Entry, secret: string): void {
    const key = parseKey(secret);
    const row = key && this.#rows.get(key.keyId);
    if (row && row.secretHash !== hashSecret(key.secret).toString('hex'))
      this.#find('untrue', entry, `${entry.kind}: the secret is another one than the stored`);
  }

  /** Every version of every row has one event, whether or not an answer contained it. */
  versions(entries: readonly Entry[]): void {
    const lastTold = new Map(entries.flatMap((entry) => entry.facts.map(({ id }) => [id, entry])));
    const lastSent = new Map(entries.map((entry) => [entry.marker, entry]));
    for (const [table, type] of AUDITED)
      for (const { id, marker, version } of this.stored.rows[table]) {
        const entry = lastTold.get(id) ?? lastSent.get(marker ?? '');
        if (!entry) continue;
        const events = this.#byResource.get(id)?.filter(({ what }) => what.startsWith(`${type} `)).length ?? 0;
        if (events !== version)
          this.#find('missingAudit', entry, `${table} ${id}: ${version} versions, ${events} events`);
      }
  }
}

/** @param entries all entries of the ledger. */
export function check(entries: readonly Entry[], stored: Stored): Finding[] {
  const attempts = group(entries, ({ marker }) => marker);
  const comparison = new Check(stored);
  for (const write of attempts.values()) comparison.write(write);
  comparison.versions(entries);
  return comparison.findings;
}
