/** Sends requests of several kinds in turn over kept connections, and measures the time of each. */
import { Agent, request as send } from 'node:http';

export interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The part that differs from try to try and that the answer may quote. */
  readonly value: string;
}

export interface Kind {
  readonly name: string;
  /** @param turn counted from 0. */
  requestFor(turn: number): Sent;
}

export interface Measured {
  readonly name: string;
  /** Milliseconds for each turn. */
  readonly times: number[];
  /** The distinct statuses and bodies of the answers, without the text that was sent. */
  readonly answers: ReadonlySet<string>;
}

/** Warm-up turns that are not counted. */
const WARM_TURNS = 300;

function once(port: number, agent: Agent, { headers, body }: Sent): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', path: '/graphql', method: 'POST', agent };
    const length = { 'content-length': Buffer.byteLength(body), 'content-type': 'application/json' };
    const request = send({ ...options, headers: { ...length, ...headers } }, (answer) => {
      let text = `${answer.statusCode ?? ''} `;
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => (text += part));
      answer.on('end', () => resolve(text));
      answer.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((left, right) => left.place - right.place)
    .map(({ item }) => item);
}

/**
 * @param turns the number of turns; in each, every kind is sent once, in random order.
 * @param lanes the number of concurrent connections.
 */
export async function measureTurns(
  port: number,
  kinds: readonly Kind[],
  turns: number,
  lanes: number,
): Promise<Measured[]> {
  const measured = kinds.map((kind) => ({
    kind,
    name: kind.name,
    times: Array<number>(turns),
    answers: new Set<string>(),
  }));
  let next = -WARM_TURNS;
  const lane = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let turn = next; turn < turns; turn = next) {
      next += 1;
      for (const { kind, times, answers } of shuffled(measured)) {
        const sent = kind.requestFor(Math.abs(turn));
        const began = performance.now();
        const answer = await once(port, agent, sent);
        if (turn < 0) continue;
        times[turn] = performance.now() - began;
        answers.add(answer.replaceAll(sent.value, '<sent>'));
      }
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return measured;
}
