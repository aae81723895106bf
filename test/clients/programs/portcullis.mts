/** The project's own client, as an ES module from the packed file: typed, retried, idempotent, live. */
import { PortcullisClient, PortcullisError, NoAnswerError } from 'portcullis-client';
import {
  CreateToolDocument,
  DeleteToolDocument,
  FollowEventsDocument,
  ToolByIdDocument,
  ToolsPageDocument,
  ViewerDocument,
} from 'portcullis-client/operations';
import { accountId, faultyUrl, foreignId, key, masterKey, report, url } from './settings.mjs';

const client = new PortcullisClient({ url, key });
const faulty = new PortcullisClient({ url: faultyUrl, key });

const failure = async (request: Promise<unknown>): Promise<PortcullisError | NoAnswerError> => {
  try {
    await request;
  } catch (error) {
    if (error instanceof PortcullisError || error instanceof NoAnswerError) return error;
    throw error;
  }
  throw new Error('The request did not fail.');
};

const { viewer } = await client.request(ViewerDocument);
const slug: string | undefined = viewer.account?.slug;

// @ts-expect-error -- the variable `input` is required.
const incomplete = await failure(client.request(CreateToolDocument, {}));

const foreign = await client.request(ToolByIdDocument, { id: foreignId });
const inUse = await failure(client.request(DeleteToolDocument, { id: process.env['USED_TOOL_ID'] ?? '' }));
const references = inUse instanceof PortcullisError && inUse.is('IN_USE') ? inUse.details.references : undefined;
const refused = await failure(new PortcullisClient({ url, key: 'pcl_live_x' }).request(ViewerDocument));
const elsewhere = await failure(
  new PortcullisClient({ url: faultyUrl.replace('/graphql', '/elsewhere'), key }).request(ViewerDocument),
);

// A master key states its reason in any language.
const operator = new PortcullisClient({ url, key: masterKey, reason: 'Prüfung für 東京' });
const made = await operator.request(CreateToolDocument, { accountId, input: { name: 'made by an operator' } });

// The proxy answers UNAVAILABLE and OVERLOADED before it passes the change on.
const retried = await faulty.request(CreateToolDocument, { input: { name: 'retried' } });
const unserved = await failure(
  new PortcullisClient({ url: faultyUrl, key, maxRetries: 0 }).request(CreateToolDocument, {
    input: { name: 'refused' },
  }),
);

// The proxy passes the change on and loses the answer.
const input = { name: 'lost answer' };
const lost = await failure(faulty.request(CreateToolDocument, { input }));
const { idempotencyKey } = lost as NoAnswerError;
const repeated = await client.request(
  CreateToolDocument,
  { input },
  idempotencyKey === undefined ? {} : { idempotencyKey },
);
const { tools } = await client.request(ToolsPageDocument, { first: 100, filter: { name: { equals: 'lost answer' } } });

// What is read after changes names them: the last one, and those that overlapped.
const reader = new PortcullisClient({ url: faultyUrl, key });
const store = (name: string) => reader.request(CreateToolDocument, { input: { name } });
const read = () => reader.request(ToolsPageDocument, { first: 1, filter: { name: { contains: 'stored' } } });
await read();
await store('stored first');
await read();
await Promise.all([store('stored second'), store('stored third')]);
await read();
await store('stored last');
await read();

// The proxy cuts the first connection after an event, and says nothing on the second one.
const sequences: number[] = [];
const follower = new PortcullisClient({ url: faultyUrl, key });
for await (const { events } of follower.stream(FollowEventsDocument, { after: 0 }, { maxSilenceMs: 300 })) {
  sequences.push(events.sequence);
  if (sequences.length === 5) break;
}

// A stream of a key that is not accepted is not resumed.
const ended = await failure(
  new PortcullisClient({ url, key: 'pcl_live_x' }).stream(FollowEventsDocument, { after: 0 }).next(),
);
const aborted: unknown = await client
  .stream(FollowEventsDocument, {}, { signal: AbortSignal.abort('enough') })
  .next()
  .catch((reason: unknown) => reason);

const codeOf = (error: unknown): string => (error instanceof PortcullisError ? error.code : String(error));
report({
  slug,
  incomplete: codeOf(incomplete),
  foreign: foreign.tool,
  inUse: [codeOf(inUse), references?.map(({ resourceType, name }) => `${resourceType} ${name}`)],
  refused: codeOf(refused),
  elsewhere: [elsewhere.name, elsewhere.message.includes('is no answer of a gateway')],
  made: made.createTool.name,
  retried: retried.createTool.name,
  unserved: codeOf(unserved),
  lost: [lost.name, repeated.createTool.id === tools.nodes[0]?.id, tools.nodes.length],
  sequences,
  ended: codeOf(ended),
  aborted,
});
