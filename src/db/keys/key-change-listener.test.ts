/**
 * After an outage of the database, the listener holds no resources; other tests check received notifications through
 * the gateway.
 */
import { getEventListeners } from 'node:events';
import { createServer } from 'node:net';
import { eventually } from '../../../test/harness/eventually';
import { listen } from '../../../test/harness/ports';
import { KeyChangeListener } from './key-change-listener';

it('connections that are lost one after another leave no resources behind', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined).destroy();
  });
  const port = await listen(server);
  const signals: AbortSignal[] = [];
  const { AbortController: Original } = globalThis;
  globalThis.AbortController = class extends Original {
    constructor() {
      super();
      signals.push(this.signal);
    }
  };
  const lost: string[] = [];
  const url = `postgres://nobody@127.0.0.1:${port}/none?sslmode=disable`;
  const listener = new KeyChangeListener(
    url,
    async () => undefined,
    (problem) => lost.push(problem),
  );
  globalThis.AbortController = Original;
  listener.start({ changed: () => undefined, changedUnheard: () => undefined });
  try {
    await eventually(async () => connections >= 5, 10_000);
    const [stopped] = signals;
    if (!stopped) throw new Error('The listener cannot be stopped');
    // The pause before the next attempt.
    expect(getEventListeners(stopped, 'abort').length).toBeLessThanOrEqual(1);
    expect(lost).toHaveLength(1);
  } finally {
    await listener.stop();
    server.close();
  }
});
