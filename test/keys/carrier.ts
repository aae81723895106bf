/** A connection to the database that can fail without being closed. */
import { connect, createServer, type Socket } from 'node:net';
import { listen } from '../harness/ports';

export interface Carrier {
  readonly url: string;
  freeze(): void;
  close(): void;
}

/** Forwards bytes to the database until it is frozen: then connections stay open and nothing arrives any more. */
export async function startCarrier(databaseUrl: string): Promise<Carrier> {
  const target = new URL(databaseUrl);
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) socket.on('error', () => undefined);
    sockets.push(near, far);
    near.pipe(far);
    far.pipe(near);
  });
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String(await listen(server));
  const freeze = (): void => {
    for (const socket of sockets) socket.unpipe().pause();
  };
  const close = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { url: url.toString(), freeze, close };
}
