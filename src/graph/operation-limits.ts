/** Limits of documents and operations, and the messages when they are exceeded. */
import { GatewayError } from '../errors';
import type { OperationCounts } from './query-cost';

export const LIMITS = {
  /** Size of the document in UTF-8; values belong in variables. */
  bytes: 32_768,
  /** Tokens in the document; the parser stops there. */
  tokens: 1_000,
  /** Nesting depth of fields, including leaves but not introspection. */
  depth: 12,
  aliases: 30,
  rootFields: 20,
  directives: 20,
  /** Validation compares all fields with the same response name in one place pairwise. */
  fieldPairs: 4_000,
  /** Fields, after expanding all fragment spreads. */
  fields: 1_000,
  /** Objects the answer may hold; see query-cost.ts. */
  cost: 20_000,
} as const;

type LimitName = keyof typeof LIMITS;

const ADVICE: Record<LimitName, string> = {
  bytes: 'Send values as variables.',
  tokens: 'Split the document into several requests.',
  depth: 'Ask for the inner objects in a second request, by their ids.',
  aliases: 'Split the operation, or use a list field with a filter.',
  rootFields: 'Split the operation into several requests.',
  fieldPairs: 'Select each field once, or in fewer fragments.',
  directives: 'Use fewer directives, or separate operations.',
  fields: 'Ask for fewer fields, or split the operation.',
  cost: 'Ask for smaller pages (first), or for fewer lists inside lists.',
};

const NAMES: Record<LimitName, string> = {
  bytes: 'bytes of document text',
  tokens: 'tokens',
  depth: 'levels of fields',
  aliases: 'aliases',
  rootFields: 'root fields',
  directives: 'directives',
  fieldPairs: 'pairs of fields with one response name',
  fields: 'fields after expanding fragments',
  cost: 'objects (cost)',
};

/** @param measured the request's value, or `more` if counting stopped at the limit. */
export function tooComplex(limit: LimitName, measured: number | 'more'): GatewayError {
  const has = measured === 'more' ? 'more' : `${measured}`;
  return new GatewayError(
    'QUERY_TOO_COMPLEX',
    `The limit is ${LIMITS[limit]} ${NAMES[limit]}, and this request has ${has}. ${ADVICE[limit]}`,
    { limit, maximum: LIMITS[limit], ...(measured === 'more' ? {} : { measured }) },
  );
}

const COUNTED = ['rootFields', 'depth', 'aliases', 'directives', 'fieldPairs'] as const satisfies readonly LimitName[];

/** @throws GatewayError QUERY_TOO_COMPLEX */
export function refuseCounts(counts: Readonly<OperationCounts>): void {
  for (const limit of COUNTED) if (counts[limit] > LIMITS[limit]) throw tooComplex(limit, counts[limit]);
}

/** @throws GatewayError QUERY_TOO_COMPLEX */
export function refuseCost(cost: number): void {
  // Written so that NaN is refused, too.
  if (!(cost <= LIMITS.cost)) throw tooComplex('cost', cost);
}
