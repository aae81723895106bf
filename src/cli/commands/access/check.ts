/** access check: verifies in CI that keys and roles may do what they must, and nothing they must not. */
import { createRequire } from 'node:module';
import { SimulateDocumentsDocument, type SimulateDocumentsQuery } from '../../../../schema/generated/operations';
import { CommandFailure, usageError } from '../../failures';
import { openSession, requireTarget, type Session, type SessionOptions, type Target } from '../../gateway/session';
import { list, note } from '../../output/print';
import { command, withAccount, type Common } from '../command';
import { findKey } from '../keys/find';
import { findRole, type RoleInput } from '../keys/roles';
import type { Expectation, Subject } from './expectations';

const load = createRequire(__filename);

/** Reads YAML, which other commands should not wait for. */
const reader = () => load('./expectations') as typeof import('./expectations');

interface Options extends Common, SessionOptions {
  readonly role?: string;
  readonly key?: string;
  /** The address of the requests. */
  readonly from?: string;
  /** The time of the requests. */
  readonly at?: string;
}

type Operation = SimulateDocumentsQuery['simulateAccess']['operations'][number];

/** An operation, and why its key is refused whatever it requests. */
interface Simulated extends Operation {
  readonly refusal: string | null;
}

interface Result {
  readonly subject: string;
  readonly operation: string;
  readonly expected: 'allowed' | 'denied';
  readonly result: 'allowed' | 'denied';
  readonly missing: readonly string[];
  readonly refusal: string | null;
  readonly holds: boolean;
}

/** The maximum of one simulation. */
const MAX_DOCUMENTS = 4;

const EXPECTATIONS = /\.(ya?ml|json)$/i;

interface Simulation {
  readonly keyId?: string;
  readonly rights?: RoleInput;
}

async function simulationOf(session: Session, target: Target, { kind, name }: Subject): Promise<Simulation> {
  if (kind === 'role') return { rights: await findRole(session, target, name) };
  return { keyId: (await findKey(session, { target, text: name }, ({ status }) => status === 'ACTIVE')).id };
}

async function simulate(
  session: Session,
  target: Target,
  subject: Subject,
  expectations: readonly Expectation[],
  { from: address, at }: Options,
): Promise<Simulated[]> {
  const simulation = await simulationOf(session, target, subject);
  const simulated: Simulated[] = [];
  for (let start = 0; start < expectations.length; start += MAX_DOCUMENTS) {
    const documents = expectations
      .slice(start, start + MAX_DOCUMENTS)
      .map(({ operation: { document, operationName } }) => ({ document, operationName }));
    const variables = { accountId: target.id, ...simulation, documents, address, at };
    const { simulateAccess } = await session.client.ask(SimulateDocumentsDocument, variables);
    // For documents, only the key itself is simulated.
    const refusal =
      simulateAccess.refusedKeys.find(({ keyId }) => keyId === (simulation.keyId ?? null))?.reason ?? null;
    simulated.push(...simulateAccess.operations.map((operation) => ({ ...operation, refusal })));
  }
  return simulated;
}

const titleOf = ({ kind, name }: Subject): string => `${kind} ${name}`;

async function resultsOf(
  session: Session,
  target: Target,
  expectations: readonly Expectation[],
  options: Options,
): Promise<Result[]> {
  const bySubject = new Map<string, Expectation[]>();
  for (const expectation of expectations) {
    const title = titleOf(expectation.subject);
    bySubject.set(title, [...(bySubject.get(title) ?? []), expectation]);
  }
  const results: Result[] = [];
  for (const [title, group] of bySubject) {
    const [first] = group;
    const simulated = first ? await simulate(session, target, first.subject, group, options) : [];
    group.forEach(({ isAllowed, operation: { label } }, index) => {
      const { missing = null, refusal = null } = simulated[index] ?? {};
      const result = missing === null && refusal === null ? 'allowed' : 'denied';
      const expected = isAllowed ? 'allowed' : 'denied';
      results.push({
        subject: title,
        operation: label,
        expected,
        result,
        missing: missing ?? [],
        refusal,
        holds: result === expected,
      });
    });
  }
  return results;
}

async function expectationsOf(files: readonly string[], { role, key }: Options): Promise<Expectation[]> {
  const lists = files.filter((file) => EXPECTATIONS.test(file));
  const documents = files.filter((file) => !EXPECTATIONS.test(file));
  const name = role ?? key;
  if (role !== undefined && key !== undefined) throw usageError('Give --role or --key, not both.');
  if ((name === undefined) !== (documents.length === 0))
    throw usageError('Documents are checked for --role or --key; a file of expectations (.yaml) names its own.');
  const { operationsOfFile, readExpectations } = reader();
  const expectations: Expectation[] = [];
  for (const file of lists) expectations.push(...(await readExpectations(file)));
  const subject: Subject = { kind: role === undefined ? 'key' : 'role', name: name ?? '' };
  for (const file of documents)
    for (const operation of await operationsOfFile(file)) expectations.push({ subject, isAllowed: true, operation });
  return expectations;
}

async function check(files: readonly string[], options: Options): Promise<void> {
  const expectations = await expectationsOf(files, options);
  const session = await openSession(options);
  const target = await requireTarget(session, options);
  const results = await resultsOf(session, target, expectations, options);
  const broken = results.filter(({ holds }) => !holds);
  const head = ['subject', 'operation', 'expected', 'actual', 'missing or refused'];
  await list(options.json, options.json === true ? results : broken, head, (row) => [
    row.subject,
    row.operation,
    row.expected,
    row.result,
    row.refusal ?? row.missing.join(' '),
  ]);
  if (broken.length > 0)
    throw new CommandFailure(`${broken.length} of ${results.length} expectations do not hold in "${target.slug}".`);
  note(`All ${results.length} expectations hold in "${target.slug}".`);
}

export const accessCheckCommand = withAccount(
  command(
    'check',
    'Check what keys or roles may do, without running anything. For CI: the exit code is 1 if an expectation does not hold. Needs apiKeys:read.',
    [
      'access check --role viewer schema/operations/agents.graphql --profile dev',
      'access check --key frontend schema/operations/agents.graphql --profile dev',
      'access check --key backend operations.graphql --from 10.1.2.3 --at 2026-12-01T00:00:00Z --profile dev',
      'access check access.yaml --profile dev',
    ],
  ),
)
  .argument(
    '<files...>',
    'documents that --role or --key must be allowed to run; or files of expectations (.yaml): a list of roles and keys with allowed and denied operations',
  )
  .option('--role <role>', 'viewer, runner, creator, administrator, or the name of a custom role')
  .option('--key <key>', 'name or id of a key')
  .option('--from <address>', 'the client address, for keys that are restricted to networks')
  .option('--at <time>', 'the time of use, ISO 8601; default: now')
  .action(check);
