/** Which requests can be answered before they are parsed: only those that certainly begin where they seem to. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { eventually } from '../../test/harness/eventually';
import { PIECE_BYTES, readInPieces } from './read-in-pieces';
import { requestAt, wholeRequest } from './request-framing';

const request = (path: string, body = '{}'): string =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const REFUSED = 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 7\r\n\r\nrefused';

let server: Server;
let socket: Socket;
let received = '';
/** Bodies that Node.js has read. */
let bodies: string[] = [];
let accepted: Socket;
let mayReadOn = true;

beforeAll(async () => {
  server = createServer((incoming, response) => {
    const read = (): void => {
      let body = '';
      incoming.on('data', (part: Buffer) => (body += part.toString()));
      incoming.on('end', () => {
        bodies.push(body);
        response.end('parsed');
      });
    };
    // Reading a body makes Node.js continue to read.
    if (mayReadOn) read();
    else void eventually(async () => mayReadOn).then(read);
  });
  server.on('connection', (connection: Socket) => {
    accepted = connection;
    readInPieces(connection, {
      mayReadOn: () => mayReadOn,
      mayBegin: () => true,
      holds: ({ url }) => url === '/refused' && connection.write(REFUSED) !== null,
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

beforeEach(async () => {
  [received, bodies] = ['', []];
  socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.setNoDelay(true).on('data', (part) => (received += part.toString()));
  await once(socket, 'connect');
});

afterEach(() => {
  socket.destroy();
  mayReadOn = true;
});
afterAll(() => void server.close());

const answers = (): string[] => received.match(/parsed|refused/g) ?? [];

async function untilAnswered(count: number): Promise<string[]> {
  while (answers().length < count) await once(socket, 'data');
  return answers();
}

async function exchange(...texts: readonly string[]): Promise<string[]> {
  for (const [index, text] of texts.entries()) {
    socket.write(text);
    await untilAnswered(index + 1);
  }
  return answers();
}

/** Written in separate chunks. */
async function inPieces(...pieces: readonly string[]): Promise<void> {
  for (const piece of pieces) {
    const end = accepted.bytesRead + piece.length;
    socket.write(piece);
    await eventually(async () => accepted.bytesRead >= end);
  }
}

it('a complete request is answered before it is parsed, except for the first of its connection', async () => {
  const all = ['/refused', '/refused', '/parsed', '/refused'].map((path) => request(path));
  expect(await exchange(...all)).toEqual(['parsed', 'refused', 'parsed', 'refused']);
});

it('a part of a body that looks like a request is treated as part of the body', async () => {
  await exchange(request('/parsed'));
  const inner = request('/refused');
  const [head = ''] = request('/parsed', inner).split('{}');
  await inPieces(head.slice(0, head.indexOf('\r\n\r\n') + 4), inner);
  expect(await untilAnswered(2)).toEqual(['parsed', 'parsed']);
  expect(bodies).toEqual(['{}', inner]);
  expect(await exchange('', '', request('/refused'))).toEqual(['parsed', 'parsed', 'refused']);
});

it('a part of a body that looks like a request is treated as part of the body, even if reading stopped before it', async () => {
  await exchange(request('/parsed'));
  // The data that is put back and read again is as long as what follows.
  const [beginning, rest] = [6_000, 6_000 - PIECE_BYTES];
  const [head = ''] = request('/refused', 'z'.repeat(rest)).split('z');
  const inner = request('/refused', 'z'.repeat(rest - head.length));
  const [outerHead = ''] = request('/parsed', 'z'.repeat(beginning)).split('z');
  const body = 'z'.repeat(beginning - outerHead.length) + inner;
  const outer = request('/parsed', body);
  expect([outer.length, inner.length]).toEqual([beginning + rest, rest]);
  mayReadOn = false;
  socket.write(outer.slice(0, beginning));
  await eventually(async () => accepted.isPaused());
  mayReadOn = true;
  await eventually(async () => !accepted.isPaused());
  await inPieces('', inner);
  expect(await untilAnswered(2)).toEqual(['parsed', 'parsed']);
  expect(bodies).toEqual(['{}', body]);
});

it('a part of a head that looks like a request is treated as part of the head', async () => {
  await exchange(request('/parsed'));
  await inPieces('POST /parsed HTTP/1.1\r\nx-start: ', request('/refused'));
  expect(await untilAnswered(2)).toEqual(['parsed', 'parsed']);
  expect(await exchange('', '', request('/refused'))).toEqual(['parsed', 'parsed', 'parsed']);
});

it('everything after several requests in one chunk is left to Node.js', async () => {
  await exchange(request('/parsed'));
  socket.write(request('/refused') + request('/refused'));
  expect(await untilAnswered(3)).toEqual(['parsed', 'parsed', 'parsed']);
  expect(await exchange('', '', '', request('/refused'))).toEqual(Array(4).fill('parsed'));
});

it.each([
  ['a head without its end', 'POST / HTTP/1.1\r\nhost: x\r\n'],
  ['a folded line', 'POST / HTTP/1.1\r\nhost: x\r\n folded: y\r\n\r\n'],
  ['a line that ends otherwise', 'POST / HTTP/1.1\r\nhost: x\nx-key: y\r\n\r\n'],
  ['a space before a colon', 'POST / HTTP/1.1\r\nhost : x\r\n\r\n'],
  ['a length that comes twice', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\nContent-Length: 2\r\n\r\n'],
  ['a chunked body', 'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n'],
  ['a length and TE', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\nTE: trailers\r\n\r\n'],
  ['an empty length', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: \r\n\r\n'],
  ['an expectation', 'POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n\r\n'],
  ['an upgrade', 'GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'],
  ['an upgrade that no connection header names', 'GET / HTTP/1.1\r\nhost: x\r\nupgrade: h2c\r\n\r\n'],
  ['a trailer', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\ntrailer: x\r\n\r\n'],
  ['the last request of a connection', 'GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'],
  ['the last request of a connection to a proxy', 'GET / HTTP/1.1\r\nhost: x\r\nproxy-connection: close\r\n\r\n'],
  ['a length that is not a number', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: +1\r\n\r\n'],
  ['another version', 'GET / HTTP/1.0\r\nhost: x\r\n\r\n'],
])('%s is left to Node.js', (_name, head) => {
  expect(requestAt(Buffer.from(head))).toBeNull();
});

it('reads the method, path and headers of a request', () => {
  const text =
    'POST /graphql HTTP/1.1\r\nHost: x\r\nX-API-Key: a: b\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\n';
  const framed = requestAt(Buffer.from(`${text}{}`));
  expect(framed && wholeRequest(framed)).toEqual({
    method: 'POST',
    url: '/graphql',
    headers: { host: 'x', 'x-api-key': 'a: b', connection: 'keep-alive', 'content-length': '3' },
    bytes: text.length + 3,
  });
});

it('a request that repeats a header is left to Node.js, but its end is known', () => {
  const text = 'POST / HTTP/1.1\r\nx-api-key: a\r\nX-API-Key: b\r\ncontent-length: 2\r\n\r\n';
  const framed = requestAt(Buffer.from(`${text}{}`));
  expect(framed?.bytes).toBe(text.length + 2);
  expect(framed && wholeRequest(framed)).toBeNull();
});
