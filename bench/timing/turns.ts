/** Sends requests of several kinds in turns over kept connections, and takes the time of each. */
import { Agent, request as send } from 'node:http';

export interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What differs from try to try and may be quoted in the answer. */
  readonly value: string;
}

export interface Kind {
  readonly name: string;
  /** @param turn from 0 on. */
  requestFor(turn: number): Sent;
}

export interface Measured {
  readonly name: string;
  /** Milliseconds, by turn. */
  readonly times: number[];
  /** Status and body of the answers without what was sent, each once. */
  readonly answers: ReadonlySet<string>;
}

/** Turns before the first that counts. */
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
 * @param turns in each of which every kind is sent once, in an order that is drawn again each time.
 * @param lanes connections that do so at the same time.
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
