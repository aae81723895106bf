/**
 * The proof: every operation is sent in two worlds, and everything that its caller can see must have the same bytes.
 */
import fc from 'fast-check';
import { parse, type GraphQLField, type GraphQLSchema } from 'graphql';
import { resources } from '../../src/resources';
import { gatewaySchema } from '../harness/factories';
import { idPlaces } from '../isolation/id-places';
import { argumentOperations, argumentsOfRows, pathOperations, type Operation } from '../isolation/operations';
import { Coverage } from './coverage';
import { operations, type Generated } from './generate';
import { References } from './references';
import type { Request, Seen } from './transports';
import type { Fingerprint, Worlds } from './worlds';

const UNKNOWN = '01890000-0000-7000-8000-00000000abcd';
const rows = (owner: 'own' | 'foreign'): Map<string, string[]> =>
  new Map(resources.map(({ names: { type } }) => [type, [`${owner}:${type}:0`]]));

const SAMPLES = {
  ids: [...[...rows('own').values(), ...rows('foreign').values()].flat(), 'account:foreign', UNKNOWN, 'no-id'],
  texts: ['own 0', 'own', 'zz-foreign 0', 'zz', '%', '_', `\\' OR 1=1 --`, 'cursor:own:0', 'cursor:foreign:0'],
};

type Field = GraphQLField<unknown, unknown>;

const rowsFor = (field: Field): Record<string, unknown>[] => [
  ...argumentsOfRows(rows('own'))(field),
  ...argumentsOfRows(rows('foreign'))(field),
  { id: UNKNOWN },
];

const asGenerated =
  (isMutation: boolean) =>
  ({ query, variables }: Operation): Generated => ({ query, variables, isMutation });

/** Every path of types to depth 4, every argument with every sample, every id place of every mutation with every id. */
function sweep(schema: GraphQLSchema): Generated[] {
  const reading = [...pathOperations(schema, SAMPLES, rowsFor), ...argumentOperations(schema, SAMPLES)];
  const changing = [
    ...idPlaces(schema, rows('own'), SAMPLES)
      .filter(({ isMutation }) => isMutation)
      .flatMap((place) => SAMPLES.ids.map((id) => place.with(id))),
    ...argumentOperations(schema, SAMPLES, 'mutation'),
  ];
  return [...reading.map(asGenerated(false)), ...changing.map(asGenerated(true))];
}

export interface ProofOptions {
  readonly seed: number;
  /** The total number of operations: those that cover the schema, at most half of all, and then generated ones. */
  readonly operations: number;
}

/** A difference, with the smallest operation that shows it. */
export interface Difference {
  readonly what: string;
  readonly caller: 'account key' | 'master key';
  readonly request: Request;
  readonly alone: unknown;
  readonly crowded: unknown;
}

export interface ProofResult {
  readonly coverage: ReturnType<Coverage['count']>;
  readonly sent: Readonly<Record<'queries' | 'mutations' | 'asMaster' | 'withErrors', number>>;
  readonly difference: Difference | null;
}

/** The share of generated operations that a master key sends, acting for the account. */
const MASTER_SHARE = 0.2;

class DifferenceError extends Error {
  constructor(readonly difference: Difference) {
    super(difference.what);
  }
}

const changedTables = (one: Fingerprint, other: Fingerprint): string =>
  Object.keys(one)
    .filter((table) => one[table] !== other[table])
    .join(', ');

export class Proof {
  readonly #coverage = new Coverage(gatewaySchema);
  readonly #references: References;
  readonly #sent = { queries: 0, mutations: 0, asMaster: 0, withErrors: 0 };

  constructor(
    private readonly worlds: Worlds,
    private readonly onProgress: (operations: number) => void = () => undefined,
  ) {
    this.#references = new References(worlds);
  }

  async run({ seed, operations: count }: ProofOptions): Promise<ProofResult> {
    try {
      const covering = chosen(sweep(gatewaySchema), Math.ceil(count / 2));
      for (const generated of covering) await this.#compare(generated, false);
      const asMaster = Math.ceil((count - covering.length) * MASTER_SHARE);
      await this.#generated(seed, count - covering.length - asMaster, false);
      await this.#generated(seed, asMaster, true);
      return this.#result(null);
    } catch (error) {
      if (error instanceof DifferenceError) return this.#result(error.difference);
      throw error;
    }
  }

  /** Makes fast-check shrink an operation whose answers differ. */
  async #generated(seed: number, count: number, asMaster: boolean): Promise<void> {
    if (count === 0) return;
    let smallest: DifferenceError | null = null;
    const property = fc.asyncProperty(operations(gatewaySchema, asMaster), async (generated) => {
      try {
        await this.#compare(generated, asMaster);
      } catch (error) {
        if (error instanceof DifferenceError) smallest = error;
        throw error;
      }
    });
    const { failed, errorInstance } = await fc.check(property, { seed, numRuns: count });
    if (failed) throw smallest ?? errorInstance;
  }

  /** @throws DifferenceError */
  async #compare(generated: Generated, asMaster: boolean): Promise<void> {
    const { worlds } = this;
    const step = worlds.nextStep();
    const request = this.#references.resolve(generated);
    this.#coverage.add(request.query, request.variables);
    this.onProgress(this.#sent.queries + this.#sent.mutations);
    this.#sent[request.isMutation ? 'mutations' : 'queries'] += 1;
    if (asMaster) this.#sent.asMaster += 1;
    const sent = { query: request.query, variables: request.variables };
    await this.#sendByNeighbour(sent, step, request.isMutation);
    const before = request.isMutation ? await worlds.crowded.fingerprint(worlds.neighbour.accountId) : {};
    const alone = await this.#send('alone', sent, step, asMaster);
    const crowded = await this.#send('crowded', sent, step, asMaster);
    const fail = (what: string, one: unknown, other: unknown): never => {
      const caller = asMaster ? 'master key' : 'account key';
      throw new DifferenceError({ what, caller, request: sent, alone: one, crowded: other });
    };
    if (JSON.stringify(alone) !== JSON.stringify(crowded)) fail('The answers differ', alone, crowded);
    if (alone.body.includes('"errors"')) this.#sent.withErrors += 1;
    this.#references.keep(alone.body, 'own', request.isMutation);
    if (!request.isMutation) return;
    const after = await worlds.crowded.fingerprint(worlds.neighbour.accountId);
    if (changedTables(before, after) !== '')
      fail(`Rows of the other account changed: ${changedTables(before, after)}`, before, after);
    const [own, crowdedOwn] = await Promise.all([
      worlds.alone.fingerprint(worlds.account.accountId),
      worlds.crowded.fingerprint(worlds.account.accountId),
    ]);
    if (changedTables(own, crowdedOwn) !== '')
      fail(`The account's own rows differ: ${changedTables(own, crowdedOwn)}`, own, crowdedOwn);
  }

  /** The neighbour sends every document first, so anything that caches carry over would be visible. */
  async #sendByNeighbour(request: Request, step: number, isMutation: boolean): Promise<void> {
    const { crowded, neighbour } = this.worlds;
    await crowded.begin(step);
    const { body } = await crowded.send(neighbour.key, `step-${step}`, request);
    if (!isMutation) this.#references.keep(body, 'foreign', false);
  }

  async #send(name: 'alone' | 'crowded', request: Request, step: number, asMaster: boolean): Promise<Seen> {
    const { masterKey, account } = this.worlds;
    const world = this.worlds[name];
    await world.begin(step);
    return world.send(asMaster ? masterKey : account.key, `step-${step}`, request);
  }

  #result(difference: Difference | null): ProofResult {
    return { coverage: this.#coverage.count(), sent: this.#sent, difference };
  }
}

/** At most `count` operations: first those that reach a new part of the schema, then others, evenly spread. */
function chosen(all: readonly Generated[], count: number): Generated[] {
  const coverage = new Coverage(gatewaySchema);
  const needed = new Set(all.filter(({ query, variables }) => coverage.addValid(parse(query), variables)));
  const others = all.filter((operation) => !needed.has(operation));
  return [...spread([...needed], count), ...spread(others, count - needed.size)];
}

/** At most `count` of the values, evenly spread over all of them. */
function spread<Value>(values: readonly Value[], count: number): Value[] {
  if (values.length <= count) return [...values];
  return values.filter(
    (_, index) => Math.floor(((index + 1) * count) / values.length) > Math.floor((index * count) / values.length),
  );
}
