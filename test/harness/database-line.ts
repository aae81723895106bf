/** A connection to the database on which an answer can be lost. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { listen } from './ports';

type Loss = (client: Socket, database: Socket) => void;

/**
 * A proxy between gateway and database. Once armed, it forwards the next COMMIT of a change and withholds the answer.
 */
export class DatabaseLine {
  #armed: { readonly lose: Loss; left: number } | null = null;
  readonly #lost = new Map<Socket, () => void>();
  readonly #sockets = new Set<Socket>();
  #isSilent = false;

  private constructor(private readonly server: Server) {}

  static async to(url: string): Promise<DatabaseLine> {
    const { hostname, port } = new URL(url);
    const server = createServer();
    const line = new DatabaseLine(server);
    server.on('connection', (client) => line.#forward(client, connect(Number(port), hostname)));
    await listen(server);
    return line;
  }

  /**
   * Withholds the answer to one COMMIT of a change.
   * @param lose called instead of forwarding the answer.
   * @param after how many answers to forward before.
   */
  loseCommit(lose: Loss, after = 0): void {
    this.#armed = { lose, left: after };
  }

  /** Whether the COMMIT is still expected. */
  get isArmed(): boolean {
    return this.#armed !== null;
  }

  /** Closes every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Holds back all bytes in both directions, on new connections, too, until told otherwise. */
  silence(isSilent: boolean): void {
    this.#isSilent = isSilent;
    for (const socket of this.#sockets)
      if (isSilent) socket.pause();
      else socket.resume();
  }

  through(url: string): string {
    const other = new URL(url);
    other.hostname = '127.0.0.1';
    other.port = String((this.server.address() as AddressInfo).port);
    return other.toString();
  }

  #forward(client: Socket, database: Socket): void {
    for (const socket of [client, database]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        client.destroy();
        database.destroy();
      });
    }
    client.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      const armed = this.#armed;
      // The name of the prepared statement.
      if (armed && text.includes('commit_write') && (armed.left -= 1) < 0) {
        this.#armed = null;
        this.#lost.set(client, () => armed.lose(client, database));
      }
      database.write(bytes);
    });
    database.on('data', (bytes) => {
      const lose = this.#lost.get(client);
      if (!lose) return client.write(bytes);
      // The database has answered COMMIT, but the gateway does not receive it. All other answers are forwarded.
      this.#lost.delete(client);
      lose();
    });
    if (this.#isSilent) for (const socket of [client, database]) socket.pause();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
