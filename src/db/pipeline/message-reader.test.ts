/** Everything that PostgreSQL sends is read as pg-protocol reads it, however it is divided into chunks. */
import { PassThrough } from 'node:stream';
import { Connection } from 'pg';
import { parse } from 'pg-protocol';
import { MessageReader, readRowsTogether } from './message-reader';

type Message = readonly [event: string, fields: unknown];

function message(kind: string, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const head = Buffer.alloc(5);
  head.write(kind);
  head.writeInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}

function row(...values: readonly (string | null)[]): Buffer {
  const count = Buffer.alloc(2);
  count.writeInt16BE(values.length);
  const parts = values.flatMap((value) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(value === null ? -1 : Buffer.byteLength(value));
    return [length, Buffer.from(value ?? '')];
  });
  return message('D', count, ...parts);
}

const bindComplete = message('2');
const commandComplete = message('C', Buffer.from('SELECT 2\0'));
const failure = message('E', Buffer.from('SERROR\0C57014\0Mfür immer\0\0'));
const readyForQuery = message('Z', Buffer.from('I'));

const SENT = Buffer.concat([
  bindComplete,
  row('plain', null, '', 'x'.repeat(300)),
  row('1', '2'),
  commandComplete,
  row('größer', 'ASCII', '😀'),
  row(),
  commandComplete,
  failure,
  readyForQuery,
]);

function told(pieces: readonly Buffer[]): Message[] {
  const messages: Message[] = [];
  const reader = new MessageReader((event, content) =>
    messages.push([event, 'fields' in content ? content.fields : 'message' in content ? String(content.message) : '']),
  );
  // Each is a separate copy, because chunks are modified.
  for (const piece of pieces) reader.read(Buffer.from(piece));
  return messages;
}

async function expected(): Promise<Message[]> {
  const messages: Message[] = [];
  const stream = new PassThrough();
  const end = parse(stream, (content) =>
    messages.push([
      content.name === 'error' ? 'errorMessage' : content.name,
      'fields' in content ? content.fields : 'message' in content ? String(content.message) : '',
    ]),
  );
  stream.end(SENT);
  await end;
  return messages;
}

describe('MessageReader', () => {
  it('emits all messages of one chunk in order', async () => {
    const messages = await expected();
    expect(messages).toHaveLength(9);
    expect(told([SENT])).toEqual(messages);
  });

  it('emits the same messages wherever a chunk ends', async () => {
    const messages = await expected();
    for (let at = 1; at < SENT.length; at += 1)
      expect(told([SENT.subarray(0, at), SENT.subarray(at)])).toEqual(messages);
  });

  it('emits the same messages byte by byte', async () => {
    expect(told([...SENT].map((byte) => Buffer.of(byte)))).toEqual(await expected());
  });
});

test('node-postgres calls the method that is replaced, with its stream', () => {
  const connection = new Connection();
  expect(Reflect.get(connection, 'attachListeners')).toBeInstanceOf(Function);
  readRowsTogether(connection);
  const rows: unknown[] = [];
  connection.on('dataRow', (content: object) => rows.push(content));
  const connect: unknown = Reflect.get(connection, 'connect');
  if (typeof connect !== 'function') throw new Error('node-postgres connects otherwise by now');
  connection.on('error', () => undefined);
  Reflect.apply(connect, connection, [1, '127.0.0.1']);
  connection.stream.emit('data', row('a', null));
  connection.stream.destroy();
  // Rows of pg-protocol include their length.
  expect(rows).toEqual([{ fields: ['a', null] }]);
});
