/** Connections without a key that are opened, filled and not read. */
import { setTimeout as pause } from 'node:timers/promises';
import { formatKey, newSecret } from '../../src/auth/key-format';
import { newId } from '../../src/db/ids';
import { times, type Attack } from './attack';
import type { Attacker } from './attacker';

const HOLD_MS = 4_000;

const get = (path: string, ...headers: string[]): string =>
  `GET ${path} HTTP/1.1\r\nhost: x\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`;

/** Opens connections and keeps them for a while. @returns how many were open and how many were closed. */
async function hold(
  attacker: Attacker,
  count: number,
  textOf: (index: number) => string | Buffer,
  ms = HOLD_MS,
): Promise<string[]> {
  const opened = [];
  for (let index = 0; index < count; index += 1) opened.push(await attacker.open(textOf(index)));
  await pause(ms);
  return opened.map((socket, index) => {
    if (!socket || socket.destroyed) return 'closed';
    // A client that sent nothing can only have received a refusal.
    return textOf(index).length === 0 && socket.bytesRead > 0 ? 'refused' : 'held';
  });
}

/** Sends a byte from time to time on each connection. */
async function drip(attacker: Attacker, count: number, start: string): Promise<string[]> {
  const sockets = await Promise.all(times(count, () => attacker.open(start)));
  const timer = setInterval(() => {
    for (const socket of sockets) if (socket && !socket.destroyed) socket.write('x');
  }, 500);
  const answers = await Promise.all(sockets.map(async (socket) => (socket ? attacker.read(socket) : 'refused')));
  clearInterval(timer);
  return answers;
}

const anonymous = (name: string, run: Attack['run']): Attack => ({ name, isAnonymous: true, run });

const flood = (name: string, count: number, connections: number, textOf: (index: number) => string | Buffer): Attack =>
  anonymous(name, (attacker) => attacker.flood(count, connections, (index) => attacker.exchange(textOf(index))));

const unknownKey = (): string => formatKey({ kind: 'account', keyId: newId(), secret: newSecret() });

const announced = (bytes: number): string =>
  `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${bytes}\r\n\r\n{`;

const END = 'connection: close';

export const CONNECTIONS: readonly Attack[] = [
  anonymous('900 idle connections', (attacker) => hold(attacker, 900, () => '')),
  anonymous('1,100 idle connections', (attacker) => hold(attacker, 1_100, () => '')),
  anonymous('300 connections, headers byte by byte', (attacker) =>
    drip(attacker, 300, 'GET / HTTP/1.1\r\nhost: x\r\na: '),
  ),
  anonymous('300 connections, bodies byte by byte', (attacker) => drip(attacker, 300, announced(10_000))),
  anonymous('100 pipelined GETs of /graphiql, unread, 20 connections', (attacker) =>
    hold(attacker, 20, () => get('/graphiql').repeat(100)),
  ),
  anonymous('3,000 pipelined GETs, unread', (attacker) => hold(attacker, 10, () => get('/livez').repeat(3_000))),
  flood('headers of 20 KB', 300, 20, () => get('/', `a: ${'x'.repeat(20_000)}`)),
  flood('150 headers', 300, 20, () => get('/', END, ...times(150, (index) => `a${index}: b`))),
  flood('duplicate headers', 300, 20, () => get('/graphql', END, 'x-api-key: a', 'x-api-key: b')),
  flood('no HTTP', 500, 20, () => 'nonsense\r\n\r\n'),
  flood('TLS handshakes', 500, 20, () => Buffer.from('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'latin1')),
  flood(
    'a length and chunks',
    300,
    20,
    () => 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  ),
  flood('1 GB announced', 300, 20, () => announced(1_000_000_000)),
  flood(
    'Expect: 100-continue without a body',
    300,
    20,
    () =>
      'POST /graphql HTTP/1.1\r\nhost: x\r\nx-api-key: bad\r\nexpect: 100-continue\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n',
  ),
  flood('unknown paths', 1_000, 20, (index) => get(`/wp-admin/${index}`, END)),
  anonymous('1,000 preflights', (attacker) =>
    attacker.flood(1_000, 20, () =>
      attacker.send(
        '',
        { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
        '/graphql',
        'OPTIONS',
      ),
    ),
  ),
  anonymous('queries of 15 KB in URLs', (attacker) =>
    attacker.flood(300, 20, () =>
      attacker.send(
        '',
        { 'apollo-require-preflight': 'true' },
        `/graphql?query=${encodeURIComponent(`{ ${'a '.repeat(3_000)}}`)}`,
        'GET',
      ),
    ),
  ),
  anonymous('500 malformed keys', (attacker) =>
    attacker.flood(500, 50, (index) =>
      attacker.send({ query: '{ viewer { kind } }' }, { 'x-api-key': `wrong ${index}` }),
    ),
  ),
  anonymous('500 well-formed keys that do not exist', (attacker) =>
    attacker.flood(500, 50, () => attacker.send({ query: '{ viewer { kind } }' }, { 'x-api-key': unknownKey() })),
  ),
];
