/** Rows of two accounts that a router can request, and a deleted tool. */
import { seed, type SeededIds } from '../harness/factories';
import type { TwoTenants } from '../harness/gateway';

export interface Seeded {
  readonly own: SeededIds;
  readonly foreign: SeededIds;
  /** The id of a tool of acme. */
  readonly deleted: string;
}

export async function seedBoth({ acme, globex }: TwoTenants): Promise<Seeded> {
  const own = await seed(acme, 'own');
  const foreign = await seed(globex, 'foreign');
  const { createTool } = await acme.ask<{ createTool: { id: string } }>(
    'mutation { createTool(input: { name: "deleted" }) { id } }',
  );
  await acme.ask('mutation ($id: ID!) { deleteTool(id: $id) { id } }', { id: createTool.id });
  return { own, foreign, deleted: createTool.id };
}
