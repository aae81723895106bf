/** Callers only see errors meant for them; everything else stays in the log. */
import { codesOf, makeGateway, send, type GraphqlAnswer, type TestGateway } from '../../../test/graph/gateway';

const firstError = ({ body }: GraphqlAnswer) => body.errors?.[0];

describe('errors of an operation', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await makeGateway();
  });
  afterAll(() => gateway.app.close());

  /** Twice, so that compiled code answers the second time. */
  const fail = async (how: string): Promise<GraphqlAnswer> => {
    const request = { query: `{ fail(how: "${how}") }` };
    await send(gateway, request);
    gateway.logged.length = 0;
    return send(gateway, request);
  };

  it('keep code, message and path when they are the gateway’s own', async () => {
    const answer = await fail('gateway');
    expect(answer.status).toBe(200);
    expect(answer.body.data).toEqual({ fail: null });
    expect(firstError(answer)).toMatchObject({ path: ['fail'], extensions: { code: 'NOT_FOUND' } });
    expect(firstError(answer)?.extensions).not.toHaveProperty('http');
    expect(gateway.logged).toEqual([]);
  });

  it('name the field of an input', async () => {
    expect(firstError(await fail('input'))?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: ['input', 'name'],
    });
  });

  it('name the field that a validator refused, without the value', async () => {
    const answer = await fail('validation');
    expect(firstError(answer)).toMatchObject({
      message: 'input.owner.team: team is too long',
      extensions: { code: 'BAD_USER_INPUT', path: ['input', 'owner', 'team'] },
    });
    expect(JSON.stringify(answer)).not.toContain('secret value');
  });

  it.each([['sql'], ['coded'], ['text']])('hide a fault (%s) and quote the request id', async (how) => {
    const answer = await fail(how);
    expect(answer.status).toBe(500);
    const error = firstError(answer);
    expect(error?.extensions).toEqual({ code: 'INTERNAL', requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(error?.message).toContain(error?.extensions.requestId);
    expect(JSON.stringify(answer)).not.toMatch(/constraint|relation|hunter2|insert|only a text|stack/);
  });

  it('are logged once and completely, without values, statements or keys', async () => {
    const answer = await fail('sql');
    expect(gateway.logged).toHaveLength(1);
    const [line = ''] = gateway.logged;
    expect(JSON.parse(line)).toMatchObject({
      level: 50,
      requestId: firstError(answer)?.extensions.requestId,
      path: ['fail'],
      fault: {
        type: 'Error',
        code: '23505',
        message: expect.stringContaining('unique constraint'),
        stack: expect.any(String),
      },
    });
    expect(line).not.toMatch(/hunter2|insert into|pcl_live_abc/);
  });

  it.each([
    ['database', true],
    ['commit', false],
  ])('say whether a retry is safe when the database is unreachable (%s)', async (how, retry) => {
    const answer = await fail(how);
    expect(answer.status).toBe(503);
    expect(firstError(answer)?.extensions).toMatchObject({ code: 'UNAVAILABLE', retry });
    expect(JSON.stringify(answer)).not.toMatch(/ECONNREFUSED|10\.1\.2\.3|terminated/);
  });

  it('have a status for an invalid key, a suspended account and a failed key store, and run nothing', async () => {
    const answers = await Promise.all(
      ['bad', 'suspended', 'broken', 'down'].map((key) => send(gateway, { query: '{ hello }' }, key)),
    );
    expect(answers.map((answer) => [answer.status, ...codesOf(answer), answer.body.data])).toEqual([
      [401, 'UNAUTHENTICATED', undefined],
      [403, 'ACCOUNT_SUSPENDED', undefined],
      [500, 'INTERNAL', undefined],
      [503, 'UNAVAILABLE', undefined],
    ]);
    expect(firstError(answers[2] as GraphqlAnswer)?.message).not.toContain('secret_hash');
  });

  it('include the path in the variables if a value is invalid, without suggestions and with limited length', async () => {
    const query = 'query ($i: AgentInput) { echo(input: $i) }';
    const misspelt = await send(gateway, { query, variables: { i: { name: 'n', inner: { label: ['x'] } } } });
    expect(misspelt.status).toBe(400);
    expect(firstError(misspelt)?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', path: ['i', 'inner'] });
    expect(firstError(misspelt)?.message).not.toMatch(/did you mean/i);
    const listed = await send(gateway, { query, variables: { i: { name: 'n', inner: { labels: ['x', 1] } } } });
    expect(firstError(listed)?.extensions.path).toEqual(['i', 'inner', 'labels', 1]);
    const long = await send(gateway, { query, variables: { i: { name: ['n'.repeat(5_000)] } } });
    expect(firstError(long)?.message.length).toBeLessThanOrEqual(500);
  });

  it('name the missing variable, and the argument that a null variable leaves empty', async () => {
    const missing = await send(gateway, { query: 'query ($id: ID!) { agent(id: $id) { id } }' });
    expect([missing.status, firstError(missing)?.extensions]).toMatchObject([
      400,
      { code: 'BAD_USER_INPUT', path: ['id'] },
    ]);
    const request = { query: 'query ($id: ID = "x") { agent(id: $id) { id } }', variables: { id: null } };
    await send(gateway, request);
    expect(firstError(await send(gateway, request))?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: ['id'],
    });
  });

  it('suggest no names for a misspelled one', async () => {
    for (const query of [
      '{ helo }',
      '{ agent(idd: 1) { id } }',
      '{ agent(id: 1) { nam } }',
      '{ echo(kind: CONFI) }',
      '{ ... on Agnt { id } }',
    ]) {
      const answer = await send(gateway, { query }, null);
      expect(answer.status).toBe(400);
      expect(JSON.stringify(answer.body)).not.toMatch(/did you mean/i);
    }
  });
});
