/**
 * Documents ready to run: parsed, limited, validated and planned once per text, for all callers; texts that state values,
 * once for each account.
 */
import { createHash } from 'node:crypto';
import {
  GraphQLError,
  Kind,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { GatewayError } from '../errors';
import { AccountLru } from '../util/account-lru';
import { RequestErrors, withCode } from './errors/to-gateway-error';
import { isConditional, OperationPlan, type Variables } from './executor/operation-plan';
import { InvalidLiteral, literalError } from './invalid-literal';
import { fieldPathsOf } from './permissions';
import { LIMITS, refuseCounts, tooComplex } from './operation-limits';
import { measureDocument, type OperationStats } from './query-cost';
import { VariableCoercion } from './variables';

/** For all texts together; a document takes about a hundred times the size of its text. */
const MAX_CACHED_CHARS = 1_000_000;
/** An account with many texts evicts its own, not those of others. */
const MAX_CACHED_CHARS_PER_ACCOUNT = 250_000;
/** The least that a text counts for. */
const MIN_CHARS = 500;
const MAX_VALIDATION_ERRORS = 5;

const OPTIONS = { maxErrors: MAX_VALIDATION_ERRORS, hideSuggestions: true };

export class PreparedOperation {
  /** Serves all variables; null if they decide which fields there are. */
  readonly #plan: OperationPlan | null;
  /** The fields it selects, as `Query.agents`. */
  readonly fieldPaths: readonly string[];
  readonly variables: VariableCoercion;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly document: DocumentNode,
    readonly operation: OperationDefinitionNode,
    readonly stats: OperationStats,
  ) {
    this.fieldPaths = fieldPathsOf(schema, document, operation);
    this.variables = new VariableCoercion(schema, operation.variableDefinitions ?? []);
    this.#plan = isConditional(document) ? null : new OperationPlan(schema, document, operation, {});
  }

  /** @param variables coerced. */
  planFor(variables: Variables): OperationPlan {
    return this.#plan ?? new OperationPlan(this.schema, this.document, this.operation, variables);
  }
}

export class PreparedDocument {
  readonly #operations: readonly PreparedOperation[];
  #hash: string | null = null;

  constructor(
    schema: GraphQLSchema,
    private readonly text: string,
    document: DocumentNode,
    stats: ReadonlyMap<unknown, OperationStats>,
    /** Whether it may run if the gateway only runs trusted documents. */
    readonly isTrusted: boolean,
  ) {
    this.#operations = document.definitions
      .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
      .map((operation) => {
        const measured = stats.get(operation);
        if (!measured) throw new Error('An operation was not measured.');
        return new PreparedOperation(schema, document, operation, measured);
      });
  }

  /** SHA-256 of its text, in hexadecimal. */
  get hash(): string {
    return (this.#hash ??= createHash('sha256').update(this.text).digest('hex'));
  }

  /** @throws GatewayError BAD_REQUEST if it is ambiguous which operation to run. */
  operationNamed(name: string | null | undefined): PreparedOperation {
    const isNamed = name !== null && name !== undefined;
    const named = this.#operations.filter(({ operation }) => !isNamed || operation.name?.value === name);
    const [prepared, ...others] = named;
    if (prepared && others.length === 0) return prepared;
    if (isNamed) throw new GatewayError('BAD_REQUEST', `Unknown operation named "${name.slice(0, 64)}".`);
    throw new GatewayError(
      'BAD_REQUEST',
      prepared
        ? 'Must provide operation name if query contains multiple operations.'
        : 'The document contains no operation: send a query or a mutation.',
    );
  }
}

/** @throws GatewayError, RequestErrors */
function parseText(text: string): DocumentNode {
  const bytes = Buffer.byteLength(text);
  if (bytes > LIMITS.bytes) throw tooComplex('bytes', bytes);
  try {
    return parse(text, { maxTokens: LIMITS.tokens });
  } catch (error) {
    throw error instanceof GraphQLError ? new RequestErrors([withCode(error, 'GRAPHQL_PARSE_FAILED')]) : error;
  }
}

/** Validation does not check that the schema has the root type of an operation. */
function refuseMissingRoots(schema: GraphQLSchema, { definitions }: DocumentNode): void {
  for (const definition of definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION || schema.getRootType(definition.operation)) continue;
    throw new GatewayError('GRAPHQL_VALIDATION_FAILED', `This schema has no ${definition.operation} operations.`);
  }
}

const validationError = (error: GraphQLError, document: DocumentNode): GraphQLError =>
  error instanceof InvalidLiteral ? literalError(error, document) : withCode(error, 'GRAPHQL_VALIDATION_FAILED');

/**
 * A text that contains a value in quotes, such as a name or an id, is cached per account: otherwise the speed of the
 * answer would reveal to another account that it had been sent before. Texts without values are shared by all.
 */
const nameOf = (owner: string, text: string): string => (text.includes('"') ? `${owner}\n${text}` : text);

export class PreparedDocuments {
  readonly #documents = new AccountLru<PreparedDocument>({
    max: MAX_CACHED_CHARS,
    maxPerAccount: MAX_CACHED_CHARS_PER_ACCOUNT,
    sizeOf: (name) => Math.max(MIN_CHARS, name.length),
  });

  constructor(
    private readonly schema: GraphQLSchema,
    /** Null if every document is trusted. */
    private readonly isTrusted: ((document: DocumentNode) => boolean) | null,
  ) {}

  /**
   * @param owner who sends it; see `ownerOf`.
   * @returns undefined for a text that must be prepared first.
   */
  get(owner: string, text: string): PreparedDocument | undefined {
    return this.#documents.get(nameOf(owner, text));
  }

  /**
   * Validation is quadratic, so the cheap limits are checked first.
   * @param owner as in `get`.
   * @throws GatewayError QUERY_TOO_COMPLEX, GRAPHQL_VALIDATION_FAILED; RequestErrors
   */
  prepare(owner: string, text: string): PreparedDocument {
    const { schema } = this;
    const document = parseText(text);
    const stats = measureDocument(schema, document, LIMITS.fields);
    if (!stats) throw tooComplex('fields', 'more');
    for (const { counts } of stats.values()) refuseCounts(counts);
    refuseMissingRoots(schema, document);
    const errors = validate(schema, document, specifiedRules, OPTIONS);
    if (errors.length > 0) {
      throw new RequestErrors(errors.map((error) => validationError(error, document)));
    }
    const prepared = new PreparedDocument(schema, text, document, stats, this.isTrusted?.(document) ?? true);
    this.#documents.set(owner, nameOf(owner, text), prepared);
    return prepared;
  }
}
