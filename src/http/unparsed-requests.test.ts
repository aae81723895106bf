/** Requests that wait for their turn as unparsed bytes. */
import type { Socket } from 'node:net';
import type { Caller } from '../auth/caller';
import type { Place } from '../graph/context';
import { authenticate, makeGateway, NO_QUEUE, type TestGateway } from '../../test/graph/gateway';
import { eventually } from '../../test/harness/eventually';
import { graphqlRequest, openSocket, parseAnswers } from '../../test/harness/raw-http';
import { Admission } from './admission';

interface Waiting {
  readonly begin: (place: Place) => void;
  readonly refused: () => void;
  /** Whether the request was abandoned. */
  isLeft: boolean;
}

class CountedPlace implements Place {
  readonly arrivedAt = 1;
  isHeld = true;
  leave(): void {
    this.isHeld = false;
  }
}

/** For a hundred requests, on a busy machine. */
const SLOW_MS = 20_000;

let gateway: TestGateway;
let port: number;
let known: Caller | null = null;
let mustWait = false;
/** The requests that wait, in order. */
let waiting: Waiting[] = [];
/** The places in which operations ran. */
let places: (Place | null | undefined)[] = [];
/** When requests started, as telemetry sees it; undefined means when they were parsed. */
let beginnings: (number | undefined)[] = [];
/** The connections, as the gateway sees them. */
const accepted: Socket[] = [];

const queue = {
  ...NO_QUEUE,
  isLong: true,
  mustWait: (): boolean => mustWait,
  wait: (_owner: string, begin: Waiting['begin'], refused: () => void): (() => void) => {
    const waiter = { begin, refused, isLeft: false };
    waiting.push(waiter);
    return () => (waiter.isLeft = true);
  },
  run: async <T>(_owner: string, work: () => Promise<T>, place?: Place | null): Promise<T> => {
    places.push(place);
    return work();
  },
};
const parts = {
  queue,
  knownCaller: (): Caller | null => known,
  telemetry: {
    begin: (_id: string, _trace: unknown, startedAt?: number): null => {
      beginnings.push(startedAt);
      return null;
    },
    end: (): void => undefined,
    connectionRefused: (): void => undefined,
  },
};

const textOf = (id: string): string =>
  graphqlRequest({ query: '{ hello }' }, { 'x-api-key': 'good', 'x-request-id': id });

beforeAll(async () => {
  gateway = await makeGateway({}, parts);
  gateway.app.server.on('connection', (socket) => accepted.push(socket));
  port = Number(new URL(await gateway.app.listen({ port: 0, host: '127.0.0.1' })).port);
});

beforeEach(async () => {
  known = await authenticate({ headers: { 'x-api-key': 'good' } });
  waiting = [];
});

afterAll(() => gateway.app.close());

/** A connection on which a request has been answered, because only later ones wait unparsed. */
async function openKnown(): Promise<{ socket: Socket; answers: () => ReturnType<typeof parseAnswers> }> {
  const socket = await openSocket(port);
  let received = '';
  socket.on('data', (part) => (received += part.toString('latin1'))).resume();
  mustWait = false;
  socket.write(textOf('first'));
  await eventually(async () => received.includes('hello'));
  mustWait = true;
  [places, beginnings] = [[], []];
  return { socket, answers: () => parseAnswers(received).slice(1) };
}

const told = (answers: ReturnType<typeof parseAnswers>): unknown[] =>
  answers.map(({ status, headers }) => [status, headers['x-request-id']]);

describe('a request that must wait', () => {
  it('is parsed when its turn comes, runs in its place, and its wait counts from its arrival', async () => {
    const { socket, answers } = await openKnown();
    socket.write(textOf('waits'));
    await eventually(async () => waiting.length === 1);
    expect([places, beginnings]).toEqual([[], []]);
    const place = new CountedPlace();
    waiting[0]?.begin(place);
    await eventually(async () => answers().length === 1 && !place.isHeld);
    expect(told(answers())).toEqual([[200, 'waits']]);
    expect([places, beginnings]).toEqual([[place], [place.arrivedAt]]);
    socket.destroy();
  });

  it('is answered before those that follow it on its connection', async () => {
    const { socket, answers } = await openKnown();
    socket.write(textOf('waits'));
    await eventually(async () => waiting.length === 1);
    socket.write(textOf('follows'));
    waiting[0]?.begin(new CountedPlace());
    await eventually(async () => waiting.length === 2);
    waiting[1]?.begin(new CountedPlace());
    await eventually(async () => answers().length === 2);
    expect(told(answers())).toEqual([
      [200, 'waits'],
      [200, 'follows'],
    ]);
    socket.destroy();
  });

  it('is refused if that takes too long', async () => {
    const { socket, answers } = await openKnown();
    socket.write(textOf('waits'));
    await eventually(async () => waiting.length === 1);
    waiting[0]?.refused();
    await eventually(async () => answers().length === 1);
    expect(told(answers())).toEqual([[503, 'waits']]);
    mustWait = false;
    socket.write(textOf('later'));
    await eventually(async () => answers().length === 2);
    expect(told(answers())).toEqual([
      [503, 'waits'],
      [200, 'later'],
    ]);
    socket.destroy();
  });

  it('leaves the queue, or releases its place, when its connection is closed', async () => {
    const first = await openKnown();
    first.socket.write(textOf('leaves'));
    await eventually(async () => waiting.length === 1);
    first.socket.destroy();
    await eventually(async () => waiting[0]?.isLeft === true);
    const second = await openKnown();
    second.socket.write(textOf('leaves'));
    await eventually(async () => waiting.length === 2);
    const place = new CountedPlace();
    // At the moment when it starts.
    accepted.at(-1)?.destroy();
    waiting[1]?.begin(place);
    await eventually(async () => !place.isHeld);
    second.socket.destroy();
  });

  it('is parsed first if it is large, so that its bytes are counted', async () => {
    const { socket, answers } = await openKnown();
    socket.write(graphqlRequest({ query: `{ hello } #${'.'.repeat(9_000)}` }, { 'x-api-key': 'good' }));
    await eventually(async () => answers().length === 1);
    expect([waiting.length, places]).toEqual([0, [null]]);
    socket.destroy();
  });

  it('gets the answer that the gateway is shutting down, and how to continue', async () => {
    const { app } = await makeGateway({}, parts);
    const address = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
    const socket = await openSocket(Number(address.port));
    let received = '';
    socket.on('data', (part) => (received += part.toString('latin1'))).resume();
    mustWait = false;
    socket.write(textOf('first'));
    await eventually(async () => received.includes('hello'));
    mustWait = true;
    socket.write(textOf('waits'));
    await eventually(async () => waiting.length === 1);
    await app.close();
    await eventually(async () => parseAnswers(received).length === 2);
    const [, answer] = parseAnswers(received);
    expect(answer?.status).toBe(503);
    expect(received).toContain('shutting down');
  });
});

it('all of many requests are answered, even if some clients disconnect, and no place is lost', async () => {
  const options = { capacity: 2, maxAlone: 2, shared: 2, minShare: 1, isBusy: () => true };
  // So few milliseconds that nobody is refused.
  let now = 0;
  let held: Promise<void> | null = null;
  const admission = new Admission(options, () => (now += 0.001));
  const { app } = await makeGateway(
    {},
    {
      queue: {
        get isLong() {
          return admission.isLong;
        },
        refuses: () => false,
        mustWait: (owner) => admission.mustWait(owner),
        wait: (owner, begin, refused) => {
          waiting.push({ begin, refused, isLeft: false });
          return admission.wait(owner, begin, refused);
        },
        run: (owner, work, place) => admission.run(owner, async () => (await held, work()), place),
      },
      knownCaller: () => known,
    },
  );
  const address = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
  const sockets = await Promise.all(Array.from({ length: 120 }, () => openSocket(Number(address.port))));
  const received = sockets.map(() => '');
  for (const [index, socket] of sockets.entries()) {
    socket.on('data', (part) => (received[index] = `${received[index] ?? ''}${part.toString('latin1')}`)).resume();
    socket.write(textOf('first'));
  }
  const answered = (count: number, of: readonly string[]): boolean =>
    of.every((text) => parseAnswers(text).filter(({ status }) => status === 200).length === count);
  await eventually(async () => answered(1, received), SLOW_MS);
  let release = (): void => undefined;
  held = new Promise((resolve) => (release = resolve));
  const [early, late] = [sockets.slice(0, 80), sockets.slice(80)];
  for (const socket of early) socket.write(textOf('second'));
  await eventually(async () => admission.isLong, SLOW_MS);
  for (const socket of late) socket.write(textOf('second'));
  await eventually(async () => waiting.length === late.length, SLOW_MS);
  const leaves = (index: number): boolean => index % 3 === 0;
  for (const [index, socket] of sockets.entries()) if (leaves(index)) socket.destroy();
  held = null;
  release();
  const remaining = (): string[] => received.filter((_, index) => !leaves(index));
  await eventually(async () => answered(2, remaining()), SLOW_MS);
  // As many run at a time as before.
  let running = 0;
  const ends: (() => void)[] = [];
  const run = (): Promise<void> => new Promise((end) => ((running += 1), ends.push(end)));
  const last = [admission.run('A', run), admission.run('B', run)];
  await eventually(async () => running === 2);
  for (const end of ends) end();
  await Promise.all(last);
  for (const socket of sockets) socket.destroy();
  await app.close();
});
