/** Coerces the variables of a request to the types that its operation declares. */
import {
  getNullableType,
  getVariableValues,
  isLeafType,
  typeFromAST,
  type GraphQLLeafType,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql';
import { RequestErrors, withCode } from './errors/to-gateway-error';
import type { Variables } from './executor/operation-plan';
import { refuseLongLists } from './long-lists';

/** The same limit as graphql-js. */
const MAX_VARIABLE_ERRORS = 50;

/** The types of variables by name; null if one is neither a scalar nor an enum. */
function leavesOf(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
): ReadonlyMap<string, GraphQLLeafType> | null {
  const leaves = new Map<string, GraphQLLeafType>();
  for (const { variable, type } of definitions) {
    const declared = getNullableType(typeFromAST(schema, type));
    if (!isLeafType(declared)) return null;
    leaves.set(variable.name.value, declared);
  }
  return leaves;
}

export class VariableCoercion {
  readonly #leaves: ReadonlyMap<string, GraphQLLeafType> | null;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly definitions: readonly VariableDefinitionNode[],
  ) {
    this.#leaves = leavesOf(schema, definitions);
  }

  /** @throws RequestErrors; GatewayError BAD_USER_INPUT for a list that is too long. */
  coerce(values: Variables): Variables {
    return this.#coerceLeaves(values) ?? this.#coerceAll(values);
  }

  /** @returns null if graphql-js decides: about defaults, null, objects, lists and errors. */
  #coerceLeaves(values: Variables): Variables | null {
    if (this.#leaves === null) return null;
    const coerced: Variables = {};
    try {
      for (const [name, type] of this.#leaves) {
        const value = Object.hasOwn(values, name) ? values[name] : undefined;
        if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return null;
        const parsed: unknown = type.parseValue(value);
        if (parsed === undefined) return null;
        coerced[name] = parsed;
      }
    } catch {
      return null;
    }
    return coerced;
  }

  #coerceAll(values: Variables): Variables {
    const { schema, definitions } = this;
    for (const { variable, type } of definitions) {
      const { value: name } = variable.name;
      if (typeof values[name] === 'object') refuseLongLists(typeFromAST(schema, type), values[name], [name]);
    }
    const { coerced, errors } = getVariableValues(schema, definitions, values, {
      maxErrors: MAX_VARIABLE_ERRORS,
      hideSuggestions: true,
    });
    if (errors) throw new RequestErrors(errors.map((error) => withCode(error, 'BAD_USER_INPUT')));
    return coerced;
  }
}
