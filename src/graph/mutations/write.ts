/** Creates and updates rows of any resource; the only place for rules that all resources share. */
import { isUuid } from '../../auth/caller';
import { violatedUnique } from '../../db/database-errors';
import { newId } from '../../db/ids';
import { rowQuota } from '../../db/quotas';
import type { Scope } from '../../db/scope';
import type { Values } from '../../db/transaction';
import { GatewayError, notFound } from '../../errors';
import { refuseExposedSecrets } from '../exposed-secrets';
import { refuseProblem, validate } from './row-schema';
import { splitInput, storeManyToMany } from './links';
import { checkBelongsTo } from './references';
import type { Resource, MutationRules } from '../resource';
import type { AccountRow, JsonRecord } from '../queries/account-row';

export type WritableResource<Row extends AccountRow> = Omit<Resource<Row>, 'resolvers'> & {
  readonly mutations: MutationRules<Row>;
};

/**
 * Turns a duplicate name, identified by its index, into an explained CONFLICT.
 * @param name as in the input; null for a row being restored.
 */
export function conflictOf(error: unknown, { names }: Pick<Resource, 'names'>, name: unknown): unknown {
  if (!violatedUnique(error)?.endsWith('_live_name')) return error;
  const article = /^[AEIOU]/.test(names.type) ? 'An' : 'A';
  const taken = `${article} ${names.type} with ${name === null ? 'the same name' : `the name ${JSON.stringify(name)}`}`;
  const remedy = name === null ? 'Rename that one, then restore this one.' : 'Choose another name, or change that one.';
  const path = name === null ? {} : { path: ['input', 'name'] };
  return new GatewayError('CONFLICT', `${taken} already exists in this account. ${remedy}`, path);
}

/** @throws GatewayError BAD_USER_INPUT, CONFLICT, QUOTA_EXCEEDED */
export const createRow = <Row extends AccountRow>(
  scope: Scope,
  resource: WritableResource<Row>,
  input: object,
): Promise<Row> => createRowAs(scope, resource, input, (row) => row);

/**
 * @param answer turns the stored row into the answer, which a repeated request gets, too.
 * @throws GatewayError BAD_USER_INPUT, CONFLICT, QUOTA_EXCEEDED
 */
export async function createRowAs<Row extends AccountRow, T>(
  scope: Scope,
  resource: WritableResource<Row>,
  input: object,
  answer: (row: Row) => T,
): Promise<T> {
  const accountId = scope.requireAccount();
  const { columns, links } = splitInput(resource.manyToMany, input);
  const { mutations: writing, entity } = resource;
  refuseExposedSecrets(columns, ['input'], writing);
  const draft = validate(writing.rowSchema, columns);
  refuseProblem(writing.problem?.(draft, scope.caller.access));
  const id = newId();
  const { vault } = scope.database;
  const values: JsonRecord = {
    ...draft,
    ...writing.computed?.(draft, { id, accountId, row: null, input: columns, vault }),
    id,
    accountId,
  };
  try {
    return await scope.write(async (transaction) => {
      await checkBelongsTo(transaction, resource, draft);
      writing.authorize?.(transaction.scope.caller, null, draft);
      const quota = rowQuota(scope.database.quotas, resource.names.plural);
      const row = await transaction.insert(entity, values as Values<Row>, Object.keys(links).length === 0, quota);
      await storeManyToMany(transaction, resource, row, links);
      return answer(row);
    });
  } catch (error) {
    throw conflictOf(error, resource, draft.name ?? '');
  }
}

/** @throws GatewayError VERSION_CONFLICT */
export function checkExpectedVersion(
  row: { readonly version: number },
  expectedVersion: number | null | undefined,
): void {
  if (typeof expectedVersion !== 'number' || row.version === expectedVersion) return;
  throw new GatewayError(
    'VERSION_CONFLICT',
    `The row is at version ${row.version}, not ${expectedVersion}: someone has changed it in the meantime. Read it again before you change it.`,
    { currentVersion: row.version },
  );
}

/**
 * Changes what the input contains and keeps the rest: null clears a field, an absent field is unchanged.
 * @throws GatewayError NOT_FOUND, VERSION_CONFLICT, BAD_USER_INPUT, CONFLICT
 */
export async function updateRow<Row extends AccountRow>(
  scope: Scope,
  resource: WritableResource<Row>,
  id: string,
  input: object,
  expectedVersion: number | null | undefined,
): Promise<Row> {
  if (!isUuid(id)) throw notFound();
  const { columns, links } = splitInput(resource.manyToMany, input);
  const { mutations: writing, entity } = resource;
  refuseExposedSecrets(columns, ['input'], writing);
  const { vault } = scope.database;
  try {
    return await scope.write(async (transaction) => {
      const row = await transaction.lockRow(entity, id);
      checkExpectedVersion(row, expectedVersion);
      const draft = validate(writing.rowSchema, { ...row, ...columns });
      await checkBelongsTo(transaction, resource, columns);
      refuseProblem(writing.problem?.(draft, scope.caller.access));
      writing.authorize?.(transaction.scope.caller, row, draft);
      const patch: JsonRecord = {
        ...Object.fromEntries(Object.keys(columns).map((property) => [property, draft[property]])),
        ...writing.computed?.(draft, { id: row.id, accountId: row.accountId, row, input: columns, vault }),
      };
      const isLast = Object.keys(links).length === 0;
      const updated = await transaction.update(entity, row, patch as Values<Row>, isLast);
      await storeManyToMany(transaction, resource, updated, links);
      return updated;
    });
  } catch (error) {
    throw conflictOf(error, resource, columns.name ?? '');
  }
}
