/** A connection to the database on which an answer can get lost. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { listen } from './ports';

type Loss = (client: Socket, database: Socket) => void;

/** Stands between gateway and database; once armed, it forwards the next COMMIT of a change and keeps the answer. */
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
   * Keeps the answer to one COMMIT of a change.
   * @param lose what is done in place of handing it on.
   * @param after how many are handed on before.
   */
  loseCommit(lose: Loss, after = 0): void {
    this.#armed = { lose, left: after };
  }

  /** Whether the COMMIT is still to come. */
  get isArmed(): boolean {
    return this.#armed !== null;
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Keeps back all bytes in both directions, of connections that are made meanwhile too, until it is told otherwise. */
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
      // The database has answered COMMIT; nobody hears it. What else it says is heard.
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
