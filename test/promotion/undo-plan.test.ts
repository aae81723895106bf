/** Before an import is taken back, its account can see what that would do; nobody else can. */
import {
  ApplyImportDocument,
  PlanImportDocument,
  UndoImportDocument,
  UndoPlanDocument,
} from '../../schema/generated/operations';
import { print } from 'graphql';
import { createWorld, type World } from '../harness/gateway';

const BUNDLE = 'schemaVersion: 1\ntools:\n  - name: search orders\n';

interface Undo {
  readonly changes: object[];
  readonly summary: object;
}

let world: World;
let importId: string;
beforeAll(async () => {
  world = await createWorld();
  const plan = { bundle: BUNDLE, prune: false };
  const { planImport } = await world.acme.ask<{ planImport: { hash: string } }>(print(PlanImportDocument), plan);
  const { applyImport } = await world.acme.ask<{ applyImport: { importId: string } }>(print(ApplyImportDocument), {
    ...plan,
    planHash: planImport.hash,
  });
  ({ importId } = applyImport);
});
afterAll(() => world.close());

describe('undoPlan', () => {
  it('is NOT_FOUND to another account, as an import that never was', async () => {
    for (const id of [importId, '01a20f2d-900d-73a2-88c4-f303b5935f79', 'nonsense']) {
      const { errors } = await world.globex.send(print(UndoPlanDocument), { importId: id });
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND']);
    }
  });

  it('says what undoImport then does, and refuses once it is done', async () => {
    const { undoPlan } = await world.acme.ask<{ undoPlan: Undo }>(print(UndoPlanDocument), { importId });
    const { undoImport } = await world.acme.ask<{ undoImport: Undo }>(print(UndoImportDocument), { importId });
    expect(undoPlan).toEqual(undoImport);
    expect(undoPlan.summary).toEqual({ create: 0, update: 0, unchanged: 0, delete: 1 });
    const { errors } = await world.acme.send(print(UndoPlanDocument), { importId });
    expect([errors.map(({ extensions }) => extensions.code), world.log.filter(({ level }) => level === 50)]).toEqual([
      ['CONFLICT'],
      [],
    ]);
  });
});
