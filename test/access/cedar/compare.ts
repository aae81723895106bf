/**
 * Compares the decisions of the gateway and Cedar about generated requests, and reduces the first disagreement to one
 * request.
 */
import {
  preparsePolicySet,
  statefulIsAuthorized,
  type EntityJson,
  type TypeAndId,
} from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { covers } from '../../../src/auth/grants';
import { compileAccess } from '../../../src/auth/key-access';
import { admits } from '../../../src/auth/row-restriction';
import { ADDRESSES, line, OPERATIONS, ROW_IDS, table, TEAMS, TIMES_MS, type GeneratedLink } from '../lines';
import { isFrom } from '../within';
import { exportLine, exportRow, type CedarLine, type RequestedRow } from './export';

/** A single use of a key at the end of a delegation chain. */
export interface AccessRequest {
  /** For example `Query.agents`. */
  readonly operation: string;
  /** The row that it concerns, or null. */
  readonly row: RequestedRow | null;
  readonly address: string;
  /** Milliseconds after the key was looked up. */
  readonly nowMs: number;
}

export type Decide = (links: readonly GeneratedLink[]) => (request: AccessRequest) => boolean;

const needed = new Map(OPERATIONS);
const namesOf = new Map(OPERATIONS.map(([path, grants]) => [path, table.names(grants)]));

const OWNED = ['agents', 'tools', 'mcpServers'];

const row: fc.Arbitrary<RequestedRow> = fc
  .record({
    ownedType: fc.constantFrom(...OWNED),
    id: fc.constantFrom(...ROW_IDS),
    team: fc.constantFrom(...TEAMS, null),
    child: fc.constantFrom(null, null, 'schedules', 'runs'),
  })
  .map(({ ownedType, id, team, child }) =>
    child === null
      ? { type: ownedType, id, owner: { id, team } }
      : { type: child, id: `${child} of ${id}`, owner: { id, team } },
  );

const request: fc.Arbitrary<AccessRequest> = fc.record({
  operation: fc.constantFrom(...OPERATIONS.map(([path]) => path)),
  row: fc.option(row, { freq: 3 }),
  address: fc.constantFrom(...ADDRESSES),
  nowMs: fc.constantFrom(...TIMES_MS.slice(0, -1)),
});

/** The gateway's decision: the compiled access of the chain, the bits of the operation, the restriction to rows. */
export const ours: Decide = (links) => {
  const access = compileAccess(table, links, 0);
  // The database returns a single end for the whole chain.
  const endsInMs = Math.min(...links.map((link) => link.endsInMs ?? Infinity));
  return ({ operation, row, address, nowMs }) => {
    const grants = needed.get(operation);
    const isAboutRow = row !== null && namesOf.get(operation)?.some((name) => name.startsWith(`${row.type}:`));
    return (
      (access.startsAtMs === null || access.startsAtMs <= nowMs) &&
      nowMs < endsInMs &&
      isFrom(access, address) &&
      grants !== undefined &&
      covers(access.grants, grants) &&
      (!isAboutRow || access.rows === null || admits(access.rows, row.owner.id, row.owner.team))
    );
  };
};

/** Every call of Cedar, for the report. */
export const cedarCalls = { count: 0 };

function authorize(
  { principal, keys }: CedarLine,
  action: string,
  resource: TypeAndId,
  entities: readonly EntityJson[],
  { address, nowMs }: AccessRequest,
): boolean {
  cedarCalls.count += 1;
  const answer = statefulIsAuthorized({
    principal,
    action: { type: 'Action', id: action },
    resource,
    context: { address: { __extn: { fn: 'ip', arg: address } }, nowMs },
    preparsedPolicySetId: 'line',
    entities: [...keys, ...entities],
  });
  const problems = answer.type === 'failure' ? answer.errors : answer.response.diagnostics.errors;
  if (problems.length > 0) throw new Error(`Cedar could not decide: ${JSON.stringify(problems)}`);
  return answer.type === 'success' && answer.response.decision === 'allow';
}

/** Cedar's decision: every permission that the operation requires, on the row or on its type as a whole. */
export const cedars: Decide = (links) => {
  const exported = exportLine(links);
  const parsed = preparsePolicySet('line', { staticPolicies: exported.policies });
  if (parsed.type === 'failure') throw new Error(`Cedar cannot read the policies: ${JSON.stringify(parsed.errors)}`);
  return (request) => {
    const names = namesOf.get(request.operation) ?? [];
    if (names.length === 0) return authorize(exported, 'connect', { type: 'Gateway', id: 'gateway' }, [], request);
    return names.every((name) => {
      const [type = '', verb = ''] = name.split(':');
      if (request.row?.type === type)
        return authorize(exported, verb, { type: 'Row', id: request.row.id }, exportRow(request.row), request);
      const whole = { type: 'Collection', id: type };
      const parents = [{ type: 'ResourceType', id: type }];
      return authorize(exported, verb, whole, [{ uid: whole, attrs: {}, parents }], request);
    });
  };
};

export interface Comparison {
  requests: number;
  lines: number;
  allowed: number;
  /** Null if all decisions agree. */
  disagreement: Disagreement | null;
}

/** One request with one delegation chain, from which nothing can be removed. */
export interface Disagreement {
  readonly links: readonly GeneratedLink[];
  readonly request: AccessRequest;
  readonly ours: boolean;
}

const LINES_AT_A_TIME = 20;
const MAX_REQUESTS_OF_LINE = 60;

/** The same chain without one of its keys, or without one of its restrictions. */
function* simpler(links: readonly GeneratedLink[]): Generator<GeneratedLink[]> {
  for (const [index, link] of links.entries()) {
    if (links.length > 1) yield links.filter((_, other) => other !== index);
    const replaced = (change: Partial<GeneratedLink>): GeneratedLink[] => links.with(index, { ...link, ...change });
    for (const [right, value] of Object.entries(link))
      if (right !== 'id' && right !== 'role' && value !== null) yield replaced({ [right]: null });
    if (link.role !== 'ADMINISTRATOR') yield replaced({ role: 'ADMINISTRATOR' });
  }
}

/** Removes keys and restrictions one by one as long as the decisions differ. */
function shrink(
  links: readonly GeneratedLink[],
  requests: readonly AccessRequest[],
  left: Decide,
  right: Decide,
): Disagreement {
  const isDifferent = (line: readonly GeneratedLink[], each: AccessRequest): boolean =>
    left(line)(each) !== right(line)(each);
  const request = requests.find((each) => isDifferent(links, each));
  if (!request) throw new Error('The decisions differed before');
  let smallest = [...links];
  for (let next: GeneratedLink[] | undefined = smallest; next;) {
    smallest = next;
    next = [...simpler(smallest)].find((line) => isDifferent(line, request));
  }
  return { links: smallest, request, ours: left(smallest)(request) };
}

/** Compares at least the given number of requests; the seed determines chains and requests. */
export function compare(requests: number, seed: number, left: Decide = ours, right: Decide = cedars): Comparison {
  const comparison: Comparison = { requests: 0, lines: 0, allowed: 0, disagreement: null };
  const many = fc.array(request, { minLength: 1, maxLength: MAX_REQUESTS_OF_LINE, size: 'max' });
  const sameDecisions = fc.property(line, many, (links, asked) => {
    comparison.lines += 1;
    const [decideLeft, decideRight] = [left(links), right(links)];
    return asked.every((each) => {
      const decision = decideLeft(each);
      comparison.requests += 1;
      if (decision) comparison.allowed += 1;
      return decision === decideRight(each);
    });
  });
  for (let round = 0; comparison.requests < requests && comparison.disagreement === null; round += 1) {
    const { counterexample } = fc.check(sameDecisions, {
      numRuns: LINES_AT_A_TIME,
      seed: seed + round,
      endOnFailure: true,
    });
    if (counterexample) comparison.disagreement = shrink(...counterexample, left, right);
  }
  return comparison;
}
