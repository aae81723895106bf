/** Simulates what a pooler does to a connection's start-up options: it drops them. */
import { createServer, connect, type Server, type Socket } from 'node:net';
import { listen } from './ports';

/** Forwards a connection without its start-up options, like a pooler. */
export async function poolerWithoutOptions(
  url: string,
): Promise<{ url: (url: string) => string; close: () => Promise<void> }> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    const database = connect(Number(port), hostname);
    let isStarted = false;
    for (const socket of [client, database]) {
      sockets.add(socket.on('error', () => undefined));
      socket.on('close', () => [client, database].forEach((each) => each.destroy()));
    }
    client.on('data', (bytes) => {
      database.write(isStarted ? bytes : withoutOptions(bytes));
      isStarted = true;
    });
    database.on('data', (bytes) => client.write(bytes));
  });
  const ownPort = await listen(server);
  return {
    url: (original) => {
      const changed = new URL(original);
      changed.host = `127.0.0.1:${ownPort}`;
      return changed.toString();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A start-up message: its length, the protocol version, names and values, each terminated by a zero byte. */
function withoutOptions(message: Buffer): Buffer {
  const words = message.subarray(8).toString('latin1').split('\0');
  const kept = words.flatMap((word, index) => {
    const name = index % 2 === 0 ? word : (words[index - 1] ?? '');
    return name === 'options' ? [] : [word];
  });
  const body = Buffer.from(kept.join('\0'), 'latin1');
  const head = Buffer.from(message.subarray(0, 8));
  head.writeInt32BE(body.length + 8, 0);
  return Buffer.concat([head, body]);
}
