/** Bodies that are large, malformed or of the wrong type. */
import { gzipSync } from 'node:zlib';
import { times, type Attack } from './attack';
import type { Attacker } from './attacker';

const MEGABYTE = 1024 * 1024;
const JSON_FIELD = 'query ($v: JSON!) { tools(filter: { metadata: [{ path: ["a"], equals: $v }] }) { totalCount } }';

const withValue = (value: string): string => `{"query":${JSON.stringify(JSON_FIELD)},"variables":{"v":${value}}}`;

interface Options {
  readonly requests?: number;
  readonly connections?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly isAnonymous?: boolean;
}

const body = (
  name: string,
  make: () => string | Buffer,
  { requests = 20, connections = 4, headers = {}, isAnonymous = false }: Options = {},
): Attack => ({
  name,
  isAnonymous,
  run: (attacker: Attacker) => {
    const payload = make();
    return attacker.flood(requests, connections, () => attacker.send(payload, headers));
  },
});

const keys = (count: number): string => `{${times(count, (index) => `"k${index}":1`).join(',')}}`;
const chunked = { 'transfer-encoding': 'chunked' };

export const BODIES: readonly Attack[] = [
  body('200,000 keys in a body of 3 MB', () => withValue(keys(200_000)), { requests: 6, connections: 2 }),
  body('15 MB of list', () => withValue(`[${'1,'.repeat(7 * MEGABYTE)}1]`), { requests: 4, connections: 2 }),
  body('15 MB of brackets', () => withValue(`${'['.repeat(7 * MEGABYTE)}${']'.repeat(7 * MEGABYTE)}`), {
    requests: 4,
    connections: 2,
  }),
  body('15 MB of escaped text', () => withValue(`"${'\\u0041'.repeat(2.5 * MEGABYTE)}"`), {
    requests: 4,
    connections: 2,
  }),
  body('100,000 levels of JSON', () => withValue(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)),
  body('a number of 200,000 digits', () => withValue('1'.repeat(200_000))),
  body('20,000 numbers that are not exact', () => withValue(`[${'1e-400,'.repeat(20_000)}1]`)),
  body('20,000 times one key', () => withValue(`{${'"a":1,'.repeat(20_000)}"a":1}`)),
  body('250 KB of escaped text', () => withValue(`"${'\\u0041'.repeat(41_000)}"`)),
  body('bytes that are not UTF-8', () => Buffer.alloc(200_000, 0xff)),
  body('a batch of 1,000 operations', () => JSON.stringify(times(1_000, () => ({ query: '{ viewer { kind } }' })))),
  body('gzip of 10 MB', () => gzipSync(Buffer.alloc(10 * MEGABYTE, 32)), { headers: { 'content-encoding': 'gzip' } }),
  body('forms', () => 'query={viewer{kind}}', {
    requests: 200,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  }),
  body('chunks beyond 256 KB', () => withValue(`"${'x'.repeat(MEGABYTE)}"`), { headers: chunked }),
  body('16 MB without a key', () => withValue(`"${'x'.repeat(15 * MEGABYTE)}"`), { requests: 10, isAnonymous: true }),
  body('no JSON, without a key', () => 'x'.repeat(10_000), { requests: 2_000, connections: 20, isAnonymous: true }),
  body(
    '240 root fields, 20 connections, without a key',
    () => JSON.stringify({ query: `{ ${'viewer{__typename}'.repeat(240)} }` }),
    { requests: 4_000, connections: 20, isAnonymous: true },
  ),
  body(
    '240 root fields, 20 connections, with a key',
    () => JSON.stringify({ query: `{ ${'viewer{__typename}'.repeat(240)} }` }),
    { requests: 4_000, connections: 20 },
  ),
];
