/**
 * Operations that are expensive to read or answer leave turns of the event loop to others, even if one caller sends many
 * at once.
 */
import { makeExecutableSchema } from '@graphql-tools/schema';
import { pino } from 'pino';
import { turnsWhile } from '../../test/harness/turns';
import { newFieldRecord, type GatewayContext } from './context';
import { createToGatewayError } from './errors/to-gateway-error';
import { OpenStreams } from './open-streams';
import { createOperations } from './run-operation';

const STEP_MS = 6;

function work(): string {
  const end = performance.now() + STEP_MS;
  while (performance.now() < end);
  return 'done';
}

const schema = makeExecutableSchema({
  typeDefs: 'type Query { now: String! later: Later! } type Later { done: String! }',
  resolvers: { Query: { now: work, later: async () => ({}) }, Later: { done: work } },
});

const { run: runOperation } = createOperations<GatewayContext>({
  schema,
  trusted: null,
  rateLimits: { spend: async () => undefined, chargeRefusal: () => undefined },
  queue: { run: (_owner, operation) => operation() },
  streams: new OpenStreams({ MAX_STREAMS: 0, MAX_STREAMS_PER_ACCOUNT: 0 }),
  hooks: {
    onPrepared: () => undefined,
    onStep: () => undefined,
    onOperation: () => undefined,
    onDenied: () => undefined,
    onResponse: async () => undefined,
  },
  beginField: () => {
    throw new Error('There are no mutations here');
  },
  toGatewayError: createToGatewayError(pino({ level: 'silent' })),
});

const ask = (query: string, address: string): Promise<unknown> =>
  runOperation(
    { query },
    {
      requestId: 'r',
      address,
      caller: null,
      record: null,
      fieldRecord: newFieldRecord(),
      reserveAnswer: () => undefined,
      checkKey: async () => null,
      place: null,
    },
  );

const askAtOnce = (query: string, count: number): Promise<unknown> =>
  Promise.all(Array.from({ length: count }, () => ask(query, 'a')));

it('each of several expensive operations that arrive together starts in a separate turn', async () => {
  expect(await turnsWhile(() => askAtOnce('{ now }', 10))).toBeGreaterThanOrEqual(9);
});

it('root fields whose rows arrive together are completed in separate turns', async () => {
  expect(
    await turnsWhile(() => askAtOnce('{ a: later { done } b: later { done } c: later { done } d: later { done } }', 1)),
  ).toBeGreaterThanOrEqual(3);
});

it('another caller is served after one operation of a caller that sent many', async () => {
  const order: string[] = [];
  const asked = async (query: string, who: string): Promise<void> => {
    await ask(query, who);
    order.push(who);
  };
  await Promise.all([...Array.from({ length: 10 }, () => asked('{ now }', 'many')), asked('{ __typename }', 'one')]);
  expect(order.indexOf('one')).toBeLessThanOrEqual(2);
});
