/** How much one operation may ask for, and the plugin that refuses more. */
import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import { OperationTypeNode, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { GatewayError } from '../errors';
import type { GatewayContext } from './context';
import { measureOperation, type Tally } from './query-cost';

export const LIMITS = {
  /** Tokens of the document; the parser stops there. */
  tokens: 1_000,
  /** Fields inside fields, leaves included, introspection not. */
  depth: 12,
  aliases: 30,
  rootFields: 20,
  directives: 20,
  /** Fields after every fragment is written out where it is spread. */
  fields: 1_000,
  /** Objects that the answer may hold; see measure.ts. */
  cost: 20_000,
  /** Lists and objects inside each other in the variables. */
  variableDepth: 64,
} as const;

type LimitName = keyof typeof LIMITS;

const ADVICE: Record<LimitName, string> = {
  tokens: 'Split the document into several requests.',
  depth: 'Ask for the inner objects in a second request, by their ids.',
  aliases: 'Split the operation, or use a list field with a filter.',
  rootFields: 'Split the operation into several requests.',
  directives: 'Use fewer directives, or separate operations.',
  fields: 'Ask for fewer fields, or split the operation.',
  cost: 'Ask for smaller pages (first), or for fewer lists inside lists.',
  variableDepth: 'Send flatter variables.',
};

const NAMES: Record<LimitName, string> = {
  tokens: 'tokens',
  depth: 'levels of fields',
  aliases: 'aliases',
  rootFields: 'root fields',
  directives: 'directives',
  fields: 'fields after expanding fragments',
  cost: 'objects (cost)',
  variableDepth: 'levels of nesting in the variables',
};

/** @param measured what the operation has, or `more` when counting stopped at the limit. */
export function tooComplex(limit: LimitName, measured: number | 'more'): GatewayError {
  const has = measured === 'more' ? 'more' : `${measured}`;
  return new GatewayError(
    'QUERY_TOO_COMPLEX',
    `The limit is ${LIMITS[limit]} ${NAMES[limit]}, and this request has ${has}. ${ADVICE[limit]}`,
    { limit, maximum: LIMITS[limit], ...(measured === 'more' ? {} : { measured }) },
  );
}

const COUNTED = ['rootFields', 'depth', 'aliases', 'directives'] as const satisfies readonly (keyof Tally)[];

function refuseDeepVariables(variables: Record<string, unknown>): void {
  let level: object[] = [variables];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > LIMITS.variableDepth) throw tooComplex('variableDepth', 'more');
    const next: object[] = [];
    for (const holder of level) {
      for (const value of Object.values(holder) as unknown[])
        if (typeof value === 'object' && value !== null) next.push(value);
    }
    level = next;
  }
}

const introspectionNeedsKey = (): GatewayError =>
  new GatewayError(
    'UNAUTHENTICATED',
    'Reading the schema by introspection needs a key. Send one as "X-API-Key: <key>", or use the published schema file.',
  );

/** An operation that is about to run. */
export interface Candidate {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Record<string, unknown>;
}

/**
 * Lets an operation pass and has it counted.
 * @throws GatewayError QUERY_TOO_COMPLEX beyond LIMITS, UNAUTHENTICATED for anonymous introspection, and what the
 *   context's `begin` throws.
 */
export async function admitOperation(
  schema: GraphQLSchema,
  { document, operation, variables }: Candidate,
  context: GatewayContext,
): Promise<void> {
  const measured = measureOperation(schema, document, operation, LIMITS.fields);
  if (measured === null) throw tooComplex('fields', 'more');
  for (const limit of COUNTED) {
    if (measured.tally[limit] > LIMITS[limit]) throw tooComplex(limit, measured.tally[limit]);
  }
  if (measured.introspects && context.caller === null) throw introspectionNeedsKey();
  refuseDeepVariables(variables);
  const cost = measured.cost(variables);
  // Written so that a sum that is no number is refused too.
  if (!(cost <= LIMITS.cost)) throw tooComplex('cost', cost);
  await context.begin?.({
    name: operation.name?.value ?? null,
    isMutation: operation.operation === OperationTypeNode.MUTATION,
    fields: measured.roots,
    cost,
  });
}

/** Admits each operation once: one that was admitted or refused before Apollo saw it is not counted again. */
export function limitsPlugin(schema: GraphQLSchema): ApolloServerPlugin<GatewayContext> {
  const listener: GraphQLRequestListener<GatewayContext> = {
    async didResolveOperation({ document, operation, request: { variables = {} }, contextValue }) {
      const { replay } = contextValue;
      if (replay?.refusal !== undefined) throw replay.refusal;
      // Without an operation there is nothing to run; execution says which name is missing.
      if (!replay && operation) await admitOperation(schema, { document, operation, variables }, contextValue);
    },
  };
  return { requestDidStart: async () => listener };
}
