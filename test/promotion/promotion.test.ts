/** Promotion through HTTP: from one account to another by a plan that is agreed to, and back again. */
import { plant } from '../harness/factories';
import { createWorld, type World } from '../harness/gateway';
import { fingerprint } from '../harness/sql';
import { Promoter } from './client';

let world: World;
let acme: Promoter;
let globex: Promoter;

beforeAll(async () => {
  world = await createWorld();
  await plant(world.acme, 'Own');
  [acme, globex] = [new Promoter(world.acme), new Promoter(world.globex)];
}, 60_000);
afterAll(() => world.close());

it('what is exported from one account is planned, applied and exported again from the other, byte by byte', async () => {
  const bundle = await acme.yaml();
  const before = await fingerprint(world.database.superuserUrl, world.acme.accountId);
  const { hash, summary, changes } = await globex.plan(bundle);
  expect(summary).toEqual({ create: 8, update: 0, unchanged: 0, delete: 0 });
  const { data } = await globex.tryApply(bundle, hash);
  expect(data.applyImport).toMatchObject({ summary, changes, accountId: world.globex.accountId });
  expect(await globex.yaml()).toBe(bundle);
  expect((await globex.plan(bundle, { prune: true })).summary).toEqual({
    create: 0,
    update: 0,
    unchanged: 8,
    delete: 0,
  });
  expect(await fingerprint(world.database.superuserUrl, world.acme.accountId)).toEqual(before);

  const again = await globex.tryApply(bundle, hash);
  expect(again.errors[0]?.extensions.code).toBe('PLAN_OUTDATED');

  const undone = await globex.undo(data.applyImport.importId);
  expect(undone.data.undoImport.summary).toEqual({ create: 0, update: 0, unchanged: 0, delete: 8 });
  expect((await globex.bundle()).counts.map(({ count }) => count)).toEqual([0, 0, 0, 0]);
});
