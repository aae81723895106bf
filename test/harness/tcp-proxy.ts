/**
 * An address in front of a server: it can be moved, like that of a load balancer, and become unresponsive, like a lost
 * machine.
 */
import { connect, createServer, type Socket } from 'node:net';
import { listen } from './ports';

export interface TcpProxy {
  /** The same URL with this address. */
  url(url: string): string;
  /** Sends new connections to that port and closes the existing ones. */
  lead(port: number): void;
  /**
   * Keeps its connections and accepts new ones, but forwards nothing.
   * @param concerns whether a connection becomes unresponsive, by the first data of its client; all of them if omitted.
   */
  fallSilent(concerns?: (firstSent: string) => boolean): void;
  /**
   * Forwards new connections and all answers again. Unresponsive connections remain so, as behind a firewall that has
   * forgotten them.
   */
  answer(): void;
  /** Forwards matching data of a client, then closes the connection in place of the answer. */
  loseAnswers(to: (sent: string) => boolean): void;
  /**
   * The number of connections that the client has not fully closed; a client that has only ended its side still counts.
   */
  open(): number;
  close(): void;
}

/**
 * An empty NoticeResponse of PostgreSQL, which answers nothing. A client that no longer exists refuses it with a reset.
 * ReadyForQuery would not work: a client would take it for the answer that it is waiting for.
 */
const NOTICE = Buffer.from([0x4e, 0, 0, 0, 5, 0]);

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
  firstSent: string;
  isSilent: boolean;
  /** The next answer is lost. */
  isAnswerLost: boolean;
}

export async function startTcpProxy(port = 0): Promise<TcpProxy> {
  let target = port;
  let silences: (firstSent: string) => boolean = () => false;
  let loses: (sent: string) => boolean = () => false;
  const pairs = new Set<Pair>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect(target, '127.0.0.1');
    const pair: Pair = { near, far, firstSent: '', isSilent: false, isAnswerLost: false };
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
      pair.isAnswerLost ||= loses(data.toString('latin1'));
      if (!pair.isSilent) far.write(data);
    });
    far.on('data', (data: Buffer) => {
      if (pair.isAnswerLost) near.destroy();
      else if (!pair.isSilent) near.write(data);
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
    answer: () => (silences = loses = () => false),
    loseAnswers: (to) => (loses = to),
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
