/** With trusted documents, those in the folder run, however they are sent; all others are refused. */
import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, print } from 'graphql';
import { makeGateway, type GraphqlAnswer, type TestGateway } from '../../test/graph/gateway';
import { newFolder } from '../../test/harness/run';

const OPERATION = 'query Hello($name: String) { hello(name: $name) }';
const AGENT = 'query Agent($id: ID!) { agent(id: $id) { ...Named } }';
const FRAGMENT = 'fragment Named on Agent { id name }';

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const printed = (text: string): string => print(parse(text));

describe('trusted documents', () => {
  const folder = newFolder();
  let gateway: TestGateway;

  beforeAll(async () => {
    writeFileSync(join(folder, 'hello.graphql'), `# Says hello.\n${OPERATION}`);
    writeFileSync(join(folder, 'agent.graphql'), AGENT);
    writeFileSync(join(folder, 'named.graphql'), FRAGMENT);
    gateway = await makeGateway({ TRUSTED_DOCUMENTS: folder });
  });
  afterAll(() => gateway.app.close());

  const send = async (payload: object): Promise<GraphqlAnswer> => {
    const answer = await gateway.app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'x-api-key': 'good' },
      payload,
    });
    return { status: answer.statusCode, body: answer.json<GraphqlAnswer['body']>() };
  };
  const persisted = (text: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hash(text) } } });

  it('are run as text, by their hash, and as Apollo Client prints them', async () => {
    const variables = { name: 'Ada' };
    const answer = { status: 200, body: { data: { hello: 'hello Ada' } } };
    expect(await send({ query: printed(OPERATION), variables })).toEqual(answer);
    expect(await send({ ...persisted(printed(OPERATION)), variables })).toEqual(answer);
    const agent = printed(`${AGENT} ${FRAGMENT}`);
    const typed = printed(
      'query Agent($id: ID!) { agent(id: $id) { ...Named __typename } } fragment Named on Agent { id name __typename }',
    );
    expect((await send({ query: agent, variables: { id: '1' } })).body.errors).toBeUndefined();
    expect((await send({ query: typed, variables: { id: '1' } })).body.data).toMatchObject({
      agent: { __typename: 'Agent' },
    });
  });

  it('are recognised in any order of their definitions', async () => {
    const { body } = await send({ query: printed(`${FRAGMENT} ${AGENT}`), variables: { id: '1' } });
    expect(body.errors).toBeUndefined();
    expect(body.data).toMatchObject({ agent: { id: '1' } });
  });

  it.each([
    ['two of them in one document', { query: `${OPERATION} ${AGENT} ${FRAGMENT}`, operationName: 'Hello' }],
    ['another document', { query: '{ hello }' }],
    ['introspection', { query: '{ __schema { queryType { name } } }' }],
    ['another document under its own hash', { query: '{ hello }', ...persisted('{ hello }') }],
  ])('are the only documents that run: not %s', async (_name, request) => {
    const { status, body } = await send(request);
    expect(body.data).toBeUndefined();
    expect(body.errors?.map(({ extensions }) => extensions['code'])).toEqual(['FORBIDDEN']);
    expect(status).toBe(403);
  });

  it('cannot be extended by a caller', async () => {
    const request = { query: '{ hello }', ...persisted('{ hello }') };
    await send(request);
    const { body } = await send(persisted('{ hello }'));
    expect(body.data).toBeUndefined();
    expect(body.errors).toHaveLength(1);
  });

  it('that do not match the schema prevent start-up, which reports their names', async () => {
    const wrong = newFolder();
    await expect(makeGateway({ TRUSTED_DOCUMENTS: wrong })).rejects.toThrow('no operations');
    writeFileSync(join(wrong, 'wrong.graphql'), 'query Wrong { nonsense }');
    await expect(makeGateway({ TRUSTED_DOCUMENTS: wrong })).rejects.toThrow('Wrong');
    writeFileSync(join(wrong, 'wrong.graphql'), 'query {');
    await expect(makeGateway({ TRUSTED_DOCUMENTS: wrong })).rejects.toThrow('wrong.graphql');
    rmSync(wrong, { recursive: true });
    await expect(makeGateway({ TRUSTED_DOCUMENTS: wrong })).rejects.toThrow(wrong);
  });
});
