/** Which requests can be answered before they are parsed: only those that certainly begin where they seem to. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import * as fc from 'fast-check';
import { eventually } from '../../test/harness/eventually';
import { PIECE_BYTES, readInPieces } from './read-in-pieces';
import { RequestFraming, requestAt, wholeRequest } from './request-framing';

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
    socket.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 20));
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

describe('as Node.js finds it', () => {
  /** What its parser makes of bytes that arrive at once: the path and body of each request. */
  async function parsed(text: string): Promise<string[][]> {
    const found: string[][] = [];
    const node = createServer({ requireHostHeader: false }, (incoming, response) => {
      const entry = [incoming.url ?? '', ''];
      found.push(entry);
      incoming.on('data', (part: Buffer) => (entry[1] = `${entry[1] ?? ''}${part.toString('latin1')}`));
      incoming.on('end', () => response.end());
    });
    node.on('clientError', (_error, broken) => broken.destroy());
    const end = new Duplex({
      read: () => undefined,
      write: (_bytes, _encoding, done) => done(),
    });
    const isOver = once(end, 'close');
    node.emit('connection', end);
    end.push(text, 'latin1');
    end.push(null);
    await isOver;
    return found;
  }

  const anyCase = (name: string): fc.Arbitrary<string> =>
    fc.constantFrom(
      name,
      name.toUpperCase(),
      name.replace(/^./, (first) => first.toUpperCase()),
    );
  const among = (...texts: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);
  const rarely = (usual: string, ...others: readonly string[]): fc.Arbitrary<string> =>
    fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: among(...others) });

  const NAMES = [
    'content-length',
    'connection',
    'proxy-connection',
    'transfer-encoding',
    'upgrade',
    'expect',
    'te',
    'trailer',
    'keep-alive',
    'host',
    'x-api-key',
    'cookie',
    'content_length',
    'x',
  ];
  const value = fc.oneof(
    { weight: 4, arbitrary: among('0', '2', '02', '000000031', '62', '999999999', '9999999999', '0x2', '+2', '-1') },
    { weight: 2, arbitrary: among('2, 2', '2 ', ' 2', '', 'keep-alive', 'close', 'close, keep-alive', 'upgrade') },
    { weight: 1, arbitrary: among('chunked', 'identity', 'websocket', 'h2c', '100-continue', 'trailers', 'timeout=0') },
    {
      weight: 1,
      arbitrary: among('a\0b', 'a\tb', 'a\u00e9', 'a\u0085b', 'a\rb', 'a\nb', 'a\r\n b', 'a\x7fb', 'a\x0bb'),
    },
  );
  const line = fc
    .tuple(
      fc.constantFrom(...NAMES).chain(anyCase),
      rarely(': ', ':', ' : ', ':\t', ':  '),
      value,
      rarely('\r\n', '\n', '\r'),
    )
    .map((parts) => parts.join(''));
  const head = fc
    .tuple(
      among('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY', 'CONNECT', 'PRI', 'NONE', 'post'),
      rarely(' ', '  ', '\t'),
      rarely('/one', '/', '*', 'http://x/one', '/\u00e9', '/a b', 'one'),
      rarely(' HTTP/1.1\r\n', ' HTTP/1.0\r\n', ' HTTP/1.1\n', ' HTTP/1.1 \r\n', '\r\n', ' HTTP/2.0\r\n'),
      rarely('host: x\r\n', '', 'host: x\r\nhost: y\r\n'),
      fc.array(line, { maxLength: 4 }).map((lines) => lines.join('')),
      rarely('\r\n', '\n', '\r', ' \r\n', '\0\r\n'),
    )
    .map((parts) => parts.join(''));
  const NEXT = 'GET /next HTTP/1.1\r\nhost: x\r\n\r\n';

  it('ends each request that is not left to it: whatever its head is, the next one begins there', async () => {
    let framedCount = 0;
    await fc.assert(
      fc.asyncProperty(head, async (text) => {
        const framed = requestAt(Buffer.from(text, 'latin1'));
        if (!framed || framed.bytes > text.length + 64) return;
        framedCount += 1;
        const body = NEXT.repeat(3).slice(0, framed.bytes - text.length);
        const [own, ...others] = await parsed(text + body + NEXT);
        // A request that it refuses is followed by nothing.
        if (own) expect([own[1], others]).toEqual([body, [['/next', '']]]);
      }),
      { numRuns: 3_000 },
    );
    expect(framedCount).toBeGreaterThan(300);
  });
});

it('however requests are divided into chunks, none is found where none begins', () => {
  const inner = request('/inner');
  const message = fc
    .tuple(fc.constantFrom('/a', '/b'), fc.constantFrom('', '{}', inner, inner.repeat(2), `\r\n${inner}`))
    .map(([path, body]) => ({ text: request(path, body), body }));
  /** Where a chunk begins: with a request, its body or one that the body contains, or anywhere. */
  const cuts = fc.uniqueArray(fc.oneof(fc.constantFrom(0, 1, 2), fc.double({ min: 0, max: 1, noNaN: true })), {
    maxLength: 2,
  });
  let found = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(message, cuts), { minLength: 2, maxLength: 8 }), (messages) => {
      const framing = new RequestFraming();
      const beginnings = new Set<number>();
      const places = new Set<number>();
      let length = 0;
      for (const [{ text, body }, parts] of messages) {
        const ofBody = text.length - body.length;
        beginnings.add(length);
        for (const part of parts)
          places.add(length + ([0, ofBody, text.lastIndexOf('POST')][part] ?? Math.floor(part * text.length)));
        length += text.length;
      }
      beginnings.add(length);
      const bytes = messages.map(([{ text }]) => text).join('');
      let from = 0;
      for (const place of [...places, length].sort((one, other) => one - other)) {
        const request = place > from ? framing.next(Buffer.from(bytes.slice(from, place))) : null;
        if (request) {
          found += 1;
          expect([beginnings.has(from), request.bytes, beginnings.has(place)]).toEqual([true, place - from, true]);
        }
        from = place;
      }
    }),
    { numRuns: 3_000 },
  );
  expect(found).toBeGreaterThan(300);
});
