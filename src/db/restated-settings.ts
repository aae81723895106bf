/** Session settings behind a pooler, whose sessions do not get the startup settings of a connection. */
import { escapeLiteral } from 'pg';
import type { PreparedQuery } from './pipeline/batch';

type Settings = Readonly<Record<string, string>>;

const arrayOf = (texts: readonly string[]): string => `ARRAY[${texts.map((each) => escapeLiteral(each)).join(', ')}]`;

/** Names and values as rows `s`. */
const asRows = (settings: Settings): string =>
  `unnest(${arrayOf(Object.keys(settings))}, ${arrayOf(Object.values(settings))}) AS s (name, value)`;

/** Sets all of them until the transaction ends. */
export const stateLocally = (settings: Settings): string =>
  `SELECT set_config(s.name, s.value, true) FROM ${asRows(settings)}`;

/** A row per setting: its name, its value in the session, and ours as PostgreSQL writes it (`15s` for 15000). */
const compare = (settings: Settings): PreparedQuery => ({
  text: `SELECT s.name, current_setting(s.name, true), set_config(s.name, s.value, true) FROM ${asRows(settings)}`,
  values: [],
});

/** For the transactions of one pooled connection. */
interface Restatement {
  /** Precedes each transaction: sets what differs in the current session; the next one may be another session. */
  readonly query: PreparedQuery;
  /** The settings that differed in the first session. */
  readonly missing: readonly string[];
}

/** @param ask returns the rows of one statement that runs in its own transaction. */
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
  // A custom setting is NULL until first set, and empty afterwards: no role has it.
  const differs = rows.filter(({ current, stated }) => (current ?? '') !== stated);
  return { query: { name: 'restate_settings', text, values: [] }, missing: differs.map(({ name }) => name) };
}
