/**
 * Node.js makes all requests of what it has read, up to 64 KB, before anything else runs: two thousand that are pipelined
 * take a tenth of a second. Here its parser is given a little at a time, and no more while a request waits.
 */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { RequestFraming, type WholeRequest } from './whole-requests';

/** Enough for the headers of most requests, and for no more than sixty requests. */
export const PIECE_BYTES = 2 * 1024;

type Listener = (bytes: Buffer) => void;

const readers = new WeakMap<Duplex, PieceReader>();

class PieceReader {
  readonly #parse: readonly Listener[];
  readonly #read: Listener;
  readonly #framing = new RequestFraming();
  #isOver = false;

  constructor(
    private readonly socket: Socket,
    private readonly mayReadOn: () => boolean,
    answers: (request: WholeRequest) => boolean,
  ) {
    this.#parse = socket.listeners('data') as Listener[];
    for (const listener of this.#parse) socket.off('data', listener);
    this.#read = (bytes) => {
      const request = this.#framing.next(bytes);
      if (!request || !answers(request)) this.#take(bytes);
    };
    socket.on('data', this.#read);
  }

  stop(): void {
    this.#isOver = true;
    this.socket.off('data', this.#read);
  }

  #take(bytes: Buffer): void {
    let taken = 0;
    do {
      const piece = bytes.length <= PIECE_BYTES ? bytes : bytes.subarray(taken, taken + PIECE_BYTES);
      taken += piece.length;
      for (const listener of this.#parse) listener.call(this.socket, piece);
    } while (taken < bytes.length && this.#readsOn());
    if (taken < bytes.length) this.#putBack(bytes.subarray(taken));
    // Node.js resumes the socket at the end of each request.
    else if (!this.#isOver && !this.mayReadOn()) this.socket.pause();
  }

  #readsOn(): boolean {
    return !this.#isOver && !this.socket.isPaused() && this.mayReadOn();
  }

  #putBack(bytes: Buffer): void {
    this.#framing.giveUp();
    // What follows a handshake belongs behind the part of it that Node.js has handed on.
    if (this.#isOver) {
      this.socket.push(bytes);
      return;
    }
    // A socket that flows would hand it on at once.
    this.socket.pause();
    this.socket.unshift(bytes);
  }
}

/**
 * @param socket of a connection that the HTTP server listens to, and has read nothing of.
 * @param mayReadOn whether further requests may be made; if not, the socket is to be resumed once they may.
 * @param answers asked for requests that arrive in one piece; what it has answered is not parsed.
 */
export function readInPieces(
  socket: Socket,
  mayReadOn: () => boolean,
  answers: (request: WholeRequest) => boolean = () => false,
): void {
  readers.set(socket, new PieceReader(socket, mayReadOn, answers));
}

/** Call when what comes next on the connection is not HTTP. */
export const stopReadingInPieces = (socket: Duplex): void => readers.get(socket)?.stop();
