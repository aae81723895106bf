/** Runs documents: compiled by graphql-jit from their second time on, interpreted by graphql-js otherwise. */
import type { ApolloServerOptions } from '@apollo/server';
import {
  execute,
  getVariableValues,
  GraphQLError,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { isCompilable, refuseAmbiguousNames } from './jit/jit-safety';
import { createCompiler, type CompiledQuery } from './jit/compiler';
import type { GatewayContext } from './context';
import { admitOperation } from './operation-limits';
import { RepeatedOperations } from './repeated';

/** How Apollo hands execution to somebody else. */
export type Gateway = NonNullable<ApolloServerOptions<GatewayContext>['gateway']>;

/** Compiling costs more than one run: a document sent once is never compiled. */
type Plan = 'seen' | 'interpret' | CompiledQuery;

/** graphql-js stops there too. */
const MOST_VARIABLE_ERRORS = 50;

/** One operation to run: its document was parsed and validated before. */
export interface Operation {
  readonly document: DocumentNode;
  /** Undefined when the document has none of that name. */
  readonly operation: OperationDefinitionNode | undefined;
  readonly operationName: string | undefined;
  readonly variables: Record<string, unknown>;
  readonly context: unknown;
}

/** What compiled code reports, as graphql-js would: a GraphQLError with the path, the cause and the cause's extensions. */
function located(error: GraphQLError): GraphQLError {
  const originalError = error.originalError;
  if (originalError instanceof GraphQLError && originalError.path) return originalError;
  const { message, path, locations } = error;
  return Object.assign(new GraphQLError(message, { path, originalError }), { locations });
}

/**
 * Answers as graphql-js does. Plans live as long as their documents, which the document store bounds.
 * @throws Error when the schema has names that compiled code could not tell apart.
 */
export function createExecutor(schema: GraphQLSchema): (operation: Operation) => Promise<ExecutionResult> {
  refuseAmbiguousNames(schema);
  const compile = createCompiler(schema);
  const plans = new WeakMap<DocumentNode, Plan>();

  const interpret = async ({ document, operationName, variables, context }: Operation): Promise<ExecutionResult> =>
    execute({ schema, document, operationName, variableValues: variables, contextValue: context });

  const planFor = (document: DocumentNode): Plan => {
    const known = plans.get(document);
    if (known !== undefined && known !== 'seen') return known;
    const compiled = known === 'seen' && isCompilable(schema, document) ? compile(document) : null;
    const plan = known === undefined ? 'seen' : (compiled ?? 'interpret');
    plans.set(document, plan);
    return plan;
  };

  return async (request) => {
    const { document, operation, variables, context } = request;
    const plan = operation ? planFor(document) : 'interpret';
    if (!operation || typeof plan === 'string') return interpret(request);
    const { variableDefinitions = [] } = operation;
    const given = getVariableValues(schema, variableDefinitions, variables, { maxErrors: MOST_VARIABLE_ERRORS });
    if (given.errors) return { errors: given.errors };
    const result = await plan(context, given.coerced);
    return result.errors ? { ...result, errors: result.errors.map(located) } : result;
  };
}

export interface CompiledExecution {
  /** Apollo's gateway interface. */
  readonly gateway: Gateway;
  /** What came through it, ready to be run again. */
  readonly repeated: RepeatedOperations;
}

export function createCompiledExecution(schema: GraphQLSchema): CompiledExecution {
  const run = createExecutor(schema);
  const repeated = new RepeatedOperations({
    admit: (asked, context) => admitOperation(schema, asked, context),
    run,
  });
  const gateway: Gateway = {
    load: async () => ({
      executor: async ({ document, operation, request: { query, operationName, variables = {} }, ...rest }) => {
        const context = rest.context as GatewayContext;
        if (context.replay?.result) return context.replay.result;
        repeated.learn(query, document, operation);
        return run({ document, operation, operationName, variables, context });
      },
    }),
    onSchemaLoadOrUpdate(callback) {
      callback({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    stop: async () => undefined,
  };
  return { gateway, repeated };
}
