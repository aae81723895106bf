/** Compiles documents with graphql-jit, all but their variables. */
import {
  GraphQLScalarType,
  GraphQLSchema,
  Kind,
  type DefinitionNode,
  type DocumentNode,
  type ExecutionResult,
  type NamedTypeNode,
  type OperationDefinitionNode,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';

/** @param variables coerced by graphql-js. */
export type CompiledQuery = (
  context: unknown,
  variables: Record<string, unknown>,
) => Promise<ExecutionResult> | ExecutionResult;

/** The type of every variable in a compiled document: its value passes as it is. */
const COERCED = new GraphQLScalarType({ name: 'CoercedByTheInterpreter' });
const COERCED_NODE: NamedTypeNode = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: COERCED.name } };

/**
 * graphql-jit's own coercion unrolls input types into code: it stops the process for seconds on a recursive one, turns
 * defaults into JSON and words its errors differently.
 */
function withoutVariableTypes(definition: DefinitionNode): DefinitionNode {
  if (definition.kind !== Kind.OPERATION_DEFINITION) return definition;
  const variableDefinitions = definition.variableDefinitions?.map(({ kind, variable }) => ({
    kind,
    variable,
    type: COERCED_NODE,
  }));
  return { ...definition, variableDefinitions };
}

const operationOf = (document: DocumentNode): OperationDefinitionNode | undefined =>
  document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);

/** @returns a compiler for documents that `isCompilable` allowed; it gives null where graphql-jit gives up. */
export function createCompiler(schema: GraphQLSchema): (document: DocumentNode) => CompiledQuery | null {
  const config = schema.toConfig();
  const widened = new GraphQLSchema({ ...config, types: [...config.types, COERCED], assumeValid: true });
  return (document) => {
    const definitions = document.definitions.map(withoutVariableTypes);
    const operation = operationOf(document);
    const compiled = compileQuery(widened, { ...document, definitions }, undefined, {
      disablingCapturingStackErrors: true,
      // Resolvers are told of the real schema and the real operation.
      resolverInfoEnricher: () => ({ schema, operation }),
    });
    return isCompiledQuery(compiled) ? (context, variables) => compiled.query(undefined, context, variables) : null;
  };
}
