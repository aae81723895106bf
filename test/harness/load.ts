/** Writers that continue whatever happens to the servers, and record the answer to each change. */
import { eventually } from './eventually';
import type { Tenant } from './gateway';
import { query } from './sql';

const CREATE = 'mutation ($name: String!) { createTool(input: { name: $name }) { id } }';

export interface Load {
  /** Names of tools, which begin with the prefix, by the answers that their writers got. */
  readonly told: Record<'stored' | 'notStored' | 'unknown', string[]>;
  readonly prefix: string;
  /** Waits until so many are stored. @returns the milliseconds that it took. */
  acknowledged(count: number): Promise<number>;
  stop(): Promise<void>;
}

const loads = new Set<Load>();

/** For afterEach: a test that has failed leaves its writers running. */
export async function stopWriting(): Promise<void> {
  await Promise.allSettled([...loads].map((load) => load.stop()));
  loads.clear();
}

/** @param writers the number per tenant. The only error that they accept is UNAVAILABLE. */
export function keepWriting(prefix: string, tenants: readonly Tenant[], writers: number): Load {
  const told: Load['told'] = { stored: [], notStored: [], unknown: [] };
  let isRunning = true;
  const writer = async (tenant: Tenant, number: number): Promise<void> => {
    for (let turn = 0; isRunning; turn += 1) {
      const name = `${prefix} ${tenant.slug} ${number} ${turn}`;
      const { errors } = await tenant.send(CREATE, { name });
      const [error] = errors;
      if (!error) told.stored.push(name);
      else {
        expect(error.extensions.code).toBe('UNAVAILABLE');
        told[error.extensions['retry'] === true ? 'notStored' : 'unknown'].push(name);
      }
    }
  };
  const running = tenants.flatMap((tenant) => Array.from({ length: writers }, (_, number) => writer(tenant, number)));
  const load: Load = {
    told,
    prefix,
    acknowledged: (count) => eventually(async () => told.stored.length >= count, 30_000),
    stop: async () => {
      isRunning = false;
      await Promise.all(running);
    },
  };
  loads.add(load);
  return load;
}

/** Expects that each acknowledged change is stored once, and no change whose error said that it was not stored. */
export async function expectTruth(superuserUrl: string, { told, prefix }: Load): Promise<void> {
  const rows = await query<{ name: string }>(superuserUrl, 'SELECT name FROM tool WHERE starts_with(name, $1)', [
    prefix,
  ]);
  const stored = new Set(rows.map(({ name }) => name));
  expect(rows).toHaveLength(stored.size);
  expect(told.stored.filter((name) => !stored.has(name))).toEqual([]);
  expect(told.notStored.filter((name) => stored.has(name))).toEqual([]);
}
