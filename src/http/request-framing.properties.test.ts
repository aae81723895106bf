/** The ends of requests, found before Node.js parses them, are those that Node.js finds; for random requests and chunks. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Duplex } from 'node:stream';
import * as fc from 'fast-check';
import { RequestFraming, requestAt } from './request-framing';

const request = (path: string, body = '{}'): string =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

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
