/** The faults of a soak test, injected one after another, again and again. */
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { formatKey, newSecret } from '../../src/auth/key-format';
import { newId } from '../../src/db/ids';
import { query } from '../../test/harness/sql';
import { requestText, type Server } from '../harness/servers';

export interface Surroundings {
  readonly gateway: Server;
  readonly superuserUrl: string;
}

interface Fault {
  readonly name: string;
  readonly strike: (surroundings: Surroundings) => Promise<void>;
}

const HOLD_MS = 3_000;
const COUNT = 100;

/** The gateway's backends. */
export const BACKENDS = "application_name LIKE 'portcullis-%'";

/** Opens connections, writes a text to each, and closes them after a while without reading. */
async function breakOff(port: number, text: string): Promise<void> {
  const sockets = Array.from({ length: COUNT }, () => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.9' }).pause();
    socket.on('error', () => undefined);
    socket.write(text);
    return socket;
  });
  await pause(HOLD_MS);
  for (const socket of sockets) socket.destroy();
}

const keyOf = ({ cluster: { accounts } }: Server): string => accounts[0]?.key ?? '';
const withKey = (key: string, query: string): string =>
  requestText({ 'content-type': 'application/json', 'x-api-key': key }, { query });

export const SOAK_FAULTS: readonly Fault[] = [
  {
    name: 'connections to PostgreSQL ended',
    strike: async ({ superuserUrl }) => {
      await query(superuserUrl, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${BACKENDS}`);
    },
  },
  {
    name: 'a table locked',
    strike: async ({ superuserUrl }) => {
      await query(
        superuserUrl,
        `BEGIN; LOCK TABLE agent IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(${HOLD_MS / 1_000}); COMMIT`,
      );
    },
  },
  {
    name: 'clients that break off in their bodies',
    strike: ({ gateway }) => breakOff(gateway.port, withKey(keyOf(gateway), '{ viewer { kind } }').slice(0, -20)),
  },
  {
    name: 'clients that do not read',
    strike: ({ gateway }) =>
      breakOff(gateway.port, withKey(keyOf(gateway), '{ agents(first: 100) { nodes { id instruction config } } }')),
  },
  {
    name: 'keys that do not exist',
    strike: ({ gateway }) => {
      const key = formatKey({ kind: 'account', keyId: newId(), secret: newSecret() });
      return breakOff(gateway.port, withKey(key, '{ viewer { kind } }'));
    },
  },
  {
    name: 'documents that do not fit the schema',
    strike: ({ gateway }) => breakOff(gateway.port, withKey(keyOf(gateway), `{ nothing${Math.random()} }`)),
  },
];
