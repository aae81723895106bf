/** A key is checked before its body is read, and again after a slow body. */
import { authenticate, contextOf, makeGateway } from '../../test/graph/gateway';
import { eventually } from '../../test/harness/eventually';
import { exchange, graphqlRequest, listen, openSocket, parseAnswers } from '../../test/harness/raw-http';
import { unauthenticated } from '../errors';

const QUESTION = graphqlRequest({ query: '{ hello }' }, { 'x-api-key': 'good', connection: 'close' });
const HEAD = QUESTION.slice(0, -5);
const REST = QUESTION.slice(-5);

it('a key that is revoked while its body arrives runs nothing', async () => {
  let checks = 0;
  let contexts = 0;
  const { app } = await makeGateway(
    {},
    {
      authenticate: async (call) => {
        checks += 1;
        if (checks > 1) throw unauthenticated();
        return authenticate(call);
      },
      createContext: (call) => {
        contexts += 1;
        return contextOf(call);
      },
    },
  );
  const port = await listen(app);
  const socket = await openSocket(port);
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  socket.write(HEAD);
  socket.resume();
  await eventually(async () => checks === 1);
  socket.write(REST);
  await new Promise((resolve) => socket.once('close', resolve));
  expect([parseAnswers(text)[0]?.status, checks, contexts]).toEqual([401, 2, 0]);
  await app.close();
});

it('a key is compared once per request, and only checked for changes afterwards', async () => {
  const befores: unknown[] = [];
  const { app } = await makeGateway(
    {},
    {
      authenticate: async (call, before) => {
        befores.push(before);
        return before ?? authenticate(call);
      },
    },
  );
  const [answer] = parseAnswers(await exchange(await listen(app), QUESTION));
  expect(answer?.status).toBe(200);
  expect(befores.length).toBeGreaterThan(1);
  expect(befores.filter((before) => before === undefined)).toHaveLength(1);
  await app.close();
});

it('an invalid key is refused before its body is sent', async () => {
  const { app } = await makeGateway();
  const port = await listen(app);
  const head = QUESTION.slice(0, QUESTION.indexOf('\r\n\r\n') + 4)
    .replace('good', 'bad')
    .replace(/content-length: \d+/, 'content-length: 4000000');
  expect(parseAnswers(await exchange(port, head))[0]?.status).toBe(401);
  await app.close();
});

it.each([
  ['headers', HEAD.slice(0, 40)],
  ['a body', HEAD],
])('%s that do not arrive in time are answered with 408', async (_what, text) => {
  const { app, logged } = await makeGateway();
  const { server } = app;
  expect([server.headersTimeout, server.requestTimeout]).toEqual([10_000, 30_000]);
  Object.assign(server, { headersTimeout: 100, requestTimeout: 200 });
  const [answer] = parseAnswers(await exchange(await listen(app), text));
  expect([answer?.status, answer?.headers.connection]).toEqual([408, 'close']);
  expect(answer?.body).toContain('BAD_REQUEST');
  expect(logged).toEqual([]);
  await app.close();
});
