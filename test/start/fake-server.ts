/** Servers that answer like PostgreSQL, a pooler or something else, for failures that a real one cannot show here. */
import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { listen } from '../harness/ports';

/** What a server does with its client. */
export type Behaviour = (socket: Socket, firstMessage: Buffer) => void;

const SSL_REQUEST = 80_877_103;
const isSslRequest = (message: Buffer): boolean => message.length === 8 && message.readInt32BE(4) === SSL_REQUEST;

/** An ErrorResponse of PostgreSQL's protocol. */
function errorResponse(code: string, message: string): Buffer {
  const fields = ['SFATAL', `C${code}`, `M${message}`].map((field) => Buffer.from(`${field}\0`));
  const body = Buffer.concat([...fields, Buffer.from([0])]);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** Refuses every login. */
export const refuses =
  (code: string, message: string): Behaviour =>
  (socket) =>
    socket.end(errorResponse(code, message));

export const closesAtOnce: Behaviour = (socket) => socket.destroy();

export const hasNoTls: Behaviour = (socket, message) => socket.end(isSslRequest(message) ? 'N' : '');

export const speaksHttp: Behaviour = (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');

const FIXTURES = join(__dirname, '../fixtures');
export const SELF_SIGNED_CERTIFICATE = join(FIXTURES, 'self-signed.crt');

/** Speaks TLS with a self-signed certificate for localhost, then refuses the login. */
export const isSelfSigned: Behaviour = (socket) => {
  socket.write('S');
  const secure = new TLSSocket(socket, {
    isServer: true,
    cert: readFileSync(SELF_SIGNED_CERTIFICATE),
    key: readFileSync(join(FIXTURES, 'self-signed.key')),
  });
  secure.on('error', () => undefined);
  secure.once('data', () => secure.end(errorResponse('3D000', 'database "none" does not exist')));
};

export interface FakeServer {
  readonly port: number;
  close(): void;
}

export async function fakeServer(behaviour: Behaviour): Promise<FakeServer> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (message) => behaviour(socket, message));
  });
  return { port: await listen(server), close: () => void server.close() };
}
