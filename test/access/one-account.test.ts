/**
 * For master keys, the description of the argument `accountId` is correct: each reading field is queried without it.
 */
import type { GraphQLField } from 'graphql';
import { gatewaySchema } from '../harness/factories';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { EventSource } from '../streams/event-source';
import { shapesOfField } from './shapes';

const SAMPLES = { ids: ['01a209d4-7e28-746e-9e34-45d1d013a72a'], texts: ['x'] };

/** Queries for fields that need more than the required arguments. */
const QUERIES: Readonly<Record<string, string>> = {
  simulateAccess: `{ simulateAccess(rights: { role: VIEWER }, documents: [{ document: "{ viewer { kind } }" }]) { allowed } }`,
};

let tenants: TwoTenants;
let address: string;
beforeAll(async () => {
  tenants = await createTwoTenants();
  address = await tenants.gateway.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => tenants.close());

type Field = GraphQLField<unknown, unknown>;

const described = (field: Field): string | undefined =>
  field.args.find(({ name }) => name === 'accountId')?.description ?? undefined;

/** Fields with the argument, and whether its description says that a master key must name the account. */
const fieldsOf = (fields: Readonly<Record<string, Field>> = {}): (readonly [string, Field, boolean])[] =>
  Object.values(fields).flatMap((field) => {
    const text = described(field);
    return text === undefined ? [] : [[field.name, field, text.includes('a master key must name it')] as const];
  });

const isUnnamed = (errors: readonly { readonly extensions: Readonly<Record<string, unknown>> }[]): boolean =>
  errors.some(
    ({ extensions }) => extensions['code'] === 'BAD_USER_INPUT' && String(extensions['path']) === 'accountId',
  );

it('a query without an account is refused exactly if its argument requires one', async () => {
  const refused: string[] = [];
  const fields = fieldsOf(gatewaySchema.getQueryType()?.getFields());
  for (const [name, field] of fields) {
    const [plain] = shapesOfField('query', field, SAMPLES);
    const { errors } = await tenants.master.send(
      QUERIES[name] ?? plain?.query ?? '',
      QUERIES[name] ? {} : plain?.variables,
    );
    if (isUnnamed(errors)) refused.push(name);
    expect({ name, errors }).not.toMatchObject({ errors: [{ extensions: { code: 'INTERNAL' } }] });
  }
  expect(refused).toEqual(fields.filter(([, , isNeeded]) => isNeeded).map(([name]) => name));
  expect(refused.length).toBeGreaterThan(0);
});

it.each(fieldsOf(gatewaySchema.getSubscriptionType()?.getFields()))(
  'the subscription %s is refused without an account, and says so',
  async (name, _field, isNeeded) => {
    const query = `subscription { ${name} { accountId } }`;
    const stream = await EventSource.open(address, { key: tenants.master.key, query });
    await stream.until(({ isOver }) => isOver);
    expect(isUnnamed(stream.sent.flatMap(({ data }) => data?.errors ?? []))).toBe(true);
    expect(isNeeded).toBe(true);
  },
);
