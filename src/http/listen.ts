/** Opens the port, or explains why it cannot be opened. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config';
import { EXIT_CODES, StartError } from '../start-error';

export interface Address extends Pick<Config, 'HOST' | 'PORT'> {
  /** Prefix of the two settings the address comes from. */
  readonly prefix?: 'ADMIN_';
}

type Problem = readonly [exitCode: number, sentence: (address: Address) => string];

const UNRESOLVED: Problem = [
  EXIT_CODES.misconfigured,
  ({ HOST, prefix = '' }) =>
    `${prefix}HOST: the name ${HOST} does not resolve. Write an address of this machine, or 0.0.0.0 for all of them.`,
];

const PROBLEMS: Readonly<Record<string, Problem>> = {
  EADDRINUSE: [
    EXIT_CODES.unavailable,
    ({ HOST, PORT, prefix = '' }) =>
      `${prefix}PORT: ${PORT} on ${HOST} is in use. Stop the program that listens there, or choose another port: ${prefix}PORT=${PORT + 1} npm start`,
  ],
  EACCES: [
    EXIT_CODES.misconfigured,
    ({ PORT, prefix = '' }) =>
      `${prefix}PORT: ${PORT} requires more privileges. Choose one above 1023: ${prefix}PORT=${prefix === '' ? 4000 : 9464} npm start`,
  ],
  EADDRNOTAVAIL: [
    EXIT_CODES.misconfigured,
    ({ HOST, prefix = '' }) =>
      `${prefix}HOST: ${HOST} is not an address of this machine. Use one of its addresses, or 0.0.0.0 for all of them.`,
  ],
  EAFNOSUPPORT: [
    EXIT_CODES.misconfigured,
    ({ HOST, prefix = '' }) => `${prefix}HOST: this machine has no address like ${HOST}. Write 0.0.0.0 or 127.0.0.1.`,
  ],
  EINVAL: [
    EXIT_CODES.misconfigured,
    ({ HOST, prefix = '' }) =>
      `${prefix}HOST: ${HOST} cannot be listened on. A link-local address needs its interface: fe80::1%eth0`,
  ],
  ENOTFOUND: UNRESOLVED,
  EAI_AGAIN: UNRESOLVED,
};

function listenError(error: unknown, address: Address): unknown {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const problem = PROBLEMS[code];
  return problem ? new StartError(problem[1](address), { exitCode: problem[0], cause: error }) : error;
}

const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** The URL of a server listening on a host; wildcard addresses become loopback. */
export function httpUrl(host: string, port: number): string {
  const name = LOOPBACK[host] ?? host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** @returns the URL. @throws StartError if HOST or PORT cannot be used. */
export async function listen(app: FastifyInstance, address: Address): Promise<string> {
  try {
    await app.listen({ host: address.HOST, port: address.PORT });
  } catch (error) {
    throw listenError(error, address);
  }
  const bound = app.server.address();
  return httpUrl(address.HOST, typeof bound === 'object' && bound ? bound.port : address.PORT);
}

/** Tries the port before anything is started for it. @throws StartError as `listen` does. */
export async function tryListening(address: Address): Promise<void> {
  const probe = createServer();
  try {
    probe.listen({ host: address.HOST, port: address.PORT });
    await once(probe, 'listening');
  } catch (error) {
    throw listenError(error, address);
  }
  probe.close();
  await once(probe, 'close');
}
