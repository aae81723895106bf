/** The account can see in advance what undoing an import would do, and nobody else can. */
import {
  ApplyImportDocument,
  PlanImportDocument,
  UndoImportDocument,
  UndoPlanDocument,
} from '../../schema/generated/operations';
import { setupTwoTenants } from '../harness/setup-tenants';
import { print } from 'graphql';

const BUNDLE = 'schemaVersion: 1\ntools:\n  - name: search orders\n';

interface Undo {
  readonly changes: object[];
  readonly summary: object;
}

let importId: string;
const tenants = setupTwoTenants();

beforeAll(async () => {
  const plan = { bundle: BUNDLE, prune: false };
  const { planImport } = await tenants.acme.ask<{ planImport: { hash: string } }>(print(PlanImportDocument), plan);
  const { applyImport } = await tenants.acme.ask<{ applyImport: { importId: string } }>(print(ApplyImportDocument), {
    ...plan,
    planHash: planImport.hash,
  });
  ({ importId } = applyImport);
});

describe('undoPlan', () => {
  it('is NOT_FOUND for another account, like an unknown import', async () => {
    for (const id of [importId, '01a20f2d-900d-73a2-88c4-f303b5935f79', 'nonsense']) {
      const { errors } = await tenants.globex.send(print(UndoPlanDocument), { importId: id });
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND']);
    }
  });

  it('returns what undoImport will do, and is refused afterwards', async () => {
    const { undoPlan } = await tenants.acme.ask<{ undoPlan: Undo }>(print(UndoPlanDocument), { importId });
    const { undoImport } = await tenants.acme.ask<{ undoImport: Undo }>(print(UndoImportDocument), { importId });
    expect(undoPlan).toEqual(undoImport);
    expect(undoPlan.summary).toEqual({ create: 0, update: 0, unchanged: 0, delete: 1 });
    const { errors } = await tenants.acme.send(print(UndoPlanDocument), { importId });
    expect([errors.map(({ extensions }) => extensions.code), tenants.log.filter(({ level }) => level === 50)]).toEqual([
      ['CONFLICT'],
      [],
    ]);
  });
});
