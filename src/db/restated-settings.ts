/** The settings of sessions that a pooler hands out, which what a connection states as it starts does not reach. */
import { escapeLiteral } from 'pg';
import type { PreparedQuery } from './pipeline/batch';

type Settings = Readonly<Record<string, string>>;

const arrayOf = (texts: readonly string[]): string => `ARRAY[${texts.map((each) => escapeLiteral(each)).join(', ')}]`;

/** Names and values as rows `s`. */
const asRows = (settings: Settings): string =>
  `unnest(${arrayOf(Object.keys(settings))}, ${arrayOf(Object.values(settings))}) AS s (name, value)`;

/** States all of them, until the transaction ends. */
export const stateLocally = (settings: Settings): string =>
  `SELECT set_config(s.name, s.value, true) FROM ${asRows(settings)}`;

/** A row for each setting: its name, its value in the session, and ours as PostgreSQL writes it (`15s` for 15000). */
const compare = (settings: Settings): PreparedQuery => ({
  text: `SELECT s.name, current_setting(s.name, true), set_config(s.name, s.value, true) FROM ${asRows(settings)}`,
  values: [],
});

/** For the transactions of one pooled connection. */
interface Restatement {
  /** In front of each: states what the session at hand has otherwise; the next one may be another session. */
  readonly query: PreparedQuery;
  /** What the first session had otherwise. */
  readonly missing: readonly string[];
}

/** @param ask answers the rows of one statement that runs in a transaction of its own. */
export async function restatementOf(
  settings: Settings,
  ask: (query: PreparedQuery) => Promise<unknown[][]>,
): Promise<Restatement> {
  const rows = (await ask(compare(settings))).map(([name, current, stated]) => ({
    name: String(name),
    current,
    stated: String(stated),
  }));
  const asWritten = Object.fromEntries(rows.map(({ name, stated }) => [name, stated]));
  const text = `${stateLocally(asWritten)} WHERE current_setting(s.name, true) IS DISTINCT FROM s.value`;
  // A custom setting that nobody has set is NULL, and afterwards empty: no role has it.
  const differs = rows.filter(({ current, stated }) => (current ?? '') !== stated);
  return { query: { name: 'restate_settings', text, values: [] }, missing: differs.map(({ name }) => name) };
}
