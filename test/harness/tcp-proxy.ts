/** An address in front of a server: it can lead elsewhere, as that of a load balancer, and fall silent, as a lost machine. */
import { connect, createServer, type Socket } from 'node:net';
import { listen } from './ports';

export interface TcpProxy {
  /** The same URL with this address. */
  url(url: string): string;
  /** Connections from now on lead there; those that are open are cut. */
  lead(port: number): void;
  /**
   * Keeps its connections, accepts more, and passes nothing on.
   * @param concerns whether a connection falls silent, by what its client sent first; all of them when unset.
   */
  fallSilent(concerns?: (firstSent: string) => boolean): void;
  /** Passes new connections on again; the silent ones stay as they are, as behind a firewall that forgot them. */
  answer(): void;
  /** The number of connections whose client has not closed them altogether: one that only ends its side still listens. */
  open(): number;
  close(): void;
}

/**
 * PostgreSQL's NoticeResponse without a word in it, which answers nothing: a client that is gone refuses it with a reset.
 * ReadyForQuery would not do: a client takes it for the answer to what it is waiting for.
 */
const NOTICE = Buffer.from([0x4e, 0, 0, 0, 5, 0]);

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
  firstSent: string;
  isSilent: boolean;
}

export async function startTcpProxy(port = 0): Promise<TcpProxy> {
  let target = port;
  let silences: (firstSent: string) => boolean = () => false;
  const pairs = new Set<Pair>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect(target, '127.0.0.1');
    const pair: Pair = { near, far, firstSent: '', isSilent: false };
    pairs.add(pair);
    for (const socket of [near, far])
      socket
        .on('error', () => undefined)
        .on('close', () => {
          if (pair.isSilent && socket === far) return;
          pairs.delete(pair);
          near.destroy();
          far.destroy();
        });
    near.on('end', () => {
      if (!pair.isSilent) far.end();
    });
    far.on('end', () => {
      if (!pair.isSilent) near.end();
    });
    near.on('data', (data: Buffer) => {
      if (pair.firstSent === '') pair.firstSent = data.toString('latin1');
      pair.isSilent ||= silences(pair.firstSent);
      if (!pair.isSilent) far.write(data);
    });
    far.on('data', (data: Buffer) => {
      if (!pair.isSilent) near.write(data);
    });
  });
  const ownPort = await listen(server);
  const cut = (): void => {
    for (const { near, far } of pairs) {
      near.destroy();
      far.destroy();
    }
  };
  return {
    url: (original) => {
      const url = new URL(original);
      url.searchParams.delete('hosts');
      url.host = `127.0.0.1:${ownPort}`;
      return url.toString();
    },
    lead: (to) => {
      target = to;
      cut();
    },
    fallSilent: (concerns = () => true) => {
      silences = concerns;
      for (const pair of pairs) pair.isSilent ||= concerns(pair.firstSent);
    },
    answer: () => (silences = () => false),
    open: () => {
      for (const { near, isSilent } of pairs) if (isSilent) near.write(NOTICE);
      return pairs.size;
    },
    close: () => {
      cut();
      server.close();
    },
  };
}
