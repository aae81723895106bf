/**
 * Node.js parses all requests that it has read, up to 64 KB, before anything else runs: two thousand pipelined requests
 * take a tenth of a second. Here its parser receives a little at a time, and nothing more while a request waits.
 */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { RequestFraming, type FramedRequest } from './request-framing';

/** Enough for the headers of most requests, and for at most sixty requests. */
export const PIECE_BYTES = 2 * 1024;

type Listener = (bytes: Buffer) => void;

export interface Reading {
  /** Whether further requests may be parsed; if not, resume the socket when they may. */
  readonly mayReadOn: () => boolean;
  /** Whether anything may be parsed; if not, resume the socket when it may. */
  readonly mayBegin: () => boolean;
  /**
   * Called for requests that arrive in one chunk.
   * @param parse parses the request: call it later, or never if the request was answered without parsing.
   * @returns whether the request is held back; if not, it is parsed now.
   */
  readonly holds: (request: FramedRequest, parse: () => void) => boolean;
}

const readers = new WeakMap<Duplex, PieceReader>();

class PieceReader {
  readonly #parse: readonly Listener[];
  readonly #read: Listener;
  readonly #framing = new RequestFraming();
  #isOver = false;

  constructor(
    private readonly socket: Socket,
    private readonly reading: Reading,
  ) {
    this.#parse = socket.listeners('data') as Listener[];
    for (const listener of this.#parse) socket.off('data', listener);
    this.#read = (bytes) => {
      if (!reading.mayBegin()) {
        this.#unread(bytes);
        return;
      }
      const request = this.#framing.next(bytes);
      if (!request || !reading.holds(request, () => this.#take(bytes))) this.#take(bytes);
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
    else if (!this.#isOver && !this.reading.mayReadOn()) this.socket.pause();
  }

  #readsOn(): boolean {
    return !this.#isOver && !this.socket.isPaused() && this.reading.mayReadOn();
  }

  #putBack(bytes: Buffer): void {
    this.#framing.giveUp();
    // Bytes after a handshake must follow the part that Node.js has passed on.
    if (this.#isOver) {
      this.socket.push(bytes);
      return;
    }
    this.#unread(bytes);
  }

  #unread(bytes: Buffer): void {
    // A flowing socket would emit the bytes again immediately.
    this.socket.pause();
    this.socket.unshift(bytes);
  }
}

/** @param socket a connection that the HTTP server listens to and has not read from. */
export function readInPieces(socket: Socket, reading: Reading): void {
  readers.set(socket, new PieceReader(socket, reading));
}

/** Call when the following bytes on the connection are not HTTP. */
export const stopReadingInPieces = (socket: Duplex): void => readers.get(socket)?.stop();
