/** Ports of this machine, for servers of tests and benchmarks. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';

/** Makes a server listen on the loopback interface. @returns its port. */
export async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await once(server.close(), 'close');
  return port;
}
