/** What a caller could try in order to learn from response times whether something exists in another account. */
import { randomBytes } from 'node:crypto';
import { formatKey, newSecret, parseKey } from '../../src/auth/key-format';
import type { Kind, Sent } from './turns';

/** An account and its own rows. */
export interface Holder {
  readonly accountId: string;
  readonly key: string;
  readonly toolIds: readonly string[];
  readonly toolNames: readonly string[];
  readonly cursors: readonly string[];
}

export interface Group {
  readonly name: string;
  /** The kind that exists nowhere comes first; the others are compared with it. */
  readonly kinds: readonly Kind[];
  /** Concurrent connections: refusals of keys are delayed, so sending them one after another would take hours. */
  readonly lanes: number;
}

const REFUSAL_LANES = 16;

function kind(name: string, query: string, key: string, values: (turn: number) => string, more: object = {}): Kind {
  return {
    name,
    requestFor: (turn): Sent => {
      const value = values(turn);
      return {
        value,
        headers: { 'x-api-key': key, 'x-request-id': 'timing', ...more },
        body: JSON.stringify({ query, variables: { value } }),
      };
    },
  };
}

const inTurn =
  (values: readonly string[]) =>
  (turn: number): string =>
    values[turn % values.length] ?? '';

/** An id of the same age that was never made. */
const neverMade = (id: string): string => `${id.slice(0, -12)}${randomBytes(6).toString('hex')}`;

/** A cursor of the same length that was never made, in the same encoding. */
const altered = (cursor: string): string => randomBytes(Buffer.from(cursor, 'base64url').length).toString('base64url');

function wrongKey(name: string, keyId: string): Kind {
  const requestFor = (): Sent => {
    const value = formatKey({ kind: 'account', keyId, secret: newSecret() });
    const headers = { 'x-api-key': value, 'x-request-id': 'timing' };
    return { value, headers, body: JSON.stringify({ query: '{ viewer { kind } }' }) };
  };
  return { name, requestFor };
}

export function groupsFor(own: Holder, foreign: Holder): Group[] {
  // As many as there are foreign ids, and made in advance: creating one for each try would affect its time.
  const unknownIds = foreign.toolIds.map(neverMade);
  const otherUnknownIds = foreign.toolIds.map(neverMade);
  const unknownCursors = foreign.cursors.map(altered);
  const unknownAccountId = neverMade(foreign.accountId);
  const unknownNames = own.toolNames.map((_, index) => `unknown ${index}`);
  const ask = (query: string) => (name: string, values: (turn: number) => string, more?: object) =>
    kind(name, query, own.key, values, more);
  const tool = ask('query ($value: ID!) { tool(id: $value) { id name } }');
  const named = ask(
    'query ($value: String!) { tools(filter: { name: { equals: $value } }) { totalCount nodes { id } } }',
  );
  const node = ask('query ($value: ID!) { node(id: $value) { id } }');
  const remove = ask('mutation ($value: ID!) { deleteTool(id: $value) { id } }');
  const account = ask('query ($value: ID!) { tools(accountId: $value, first: 1) { totalCount } }');
  const after = ask('query ($value: String!) { tools(first: 5, after: $value) { nodes { id } } }');
  const foreignKeyId = parseKey(foreign.key)?.keyId ?? '';
  const unknownKeyId = neverMade(foreignKeyId);
  return [
    {
      name: 'an id',
      lanes: 1,
      kinds: [
        tool('unknown', inTurn(unknownIds)),
        tool('unknown, again', inTurn(otherUnknownIds)),
        tool('unknown, with a planted delay of 0.1 ms', inTurn(otherUnknownIds), { 'x-planted-delay': '1' }),
        tool('foreign', inTurn(foreign.toolIds)),
        tool('own', inTurn(own.toolIds)),
      ],
    },
    {
      name: 'an id of any type (node)',
      lanes: 1,
      kinds: [node('unknown', inTurn(unknownIds)), node('foreign', inTurn(foreign.toolIds))],
    },
    {
      name: 'an id to delete',
      lanes: 1,
      kinds: [remove('unknown', inTurn(unknownIds)), remove('foreign', inTurn(foreign.toolIds))],
    },
    {
      name: 'a name',
      lanes: 1,
      kinds: [
        named('unknown', inTurn(unknownNames)),
        named('foreign', inTurn(foreign.toolNames)),
        named('own', inTurn(own.toolNames)),
      ],
    },
    {
      name: 'an account',
      lanes: 1,
      kinds: [account('unknown', () => unknownAccountId), account('foreign', () => foreign.accountId)],
    },
    {
      name: 'a cursor',
      lanes: 1,
      kinds: [
        after('unknown', inTurn(unknownCursors)),
        after('foreign', inTurn(foreign.cursors)),
        after('own', inTurn(own.cursors)),
      ],
    },
    {
      name: 'a key with a wrong secret',
      lanes: REFUSAL_LANES,
      kinds: [wrongKey('unknown', unknownKeyId), wrongKey('foreign', foreignKeyId)],
    },
  ];
}
