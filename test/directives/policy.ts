/** A small policy, and both ways to execute operations, for the tests of the directives. */
import { execute, parse, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { makeExecutableSchema, type IExecutableSchemaDefinition } from '@graphql-tools/schema';
import { GatewayError, notFound, unauthenticated } from '../../src/errors';
import { directiveSDL, withDirectives, type Action, type DirectivePolicy } from '../../src/graph/directives';

export interface TestScope {
  /** null means all accounts. */
  readonly account: string | null;
  readonly action: Action | 'ALL';
}

export interface TestContext {
  /** An account, `master`, or null for no caller. */
  caller: string | null;
  readonly foreignRows: string[];
  readonly uses: string[];
  readonly scopes: Map<string, TestScope>;
  readonly scope?: TestScope;
}

export const contextOf = (caller: string | null): TestContext => ({
  caller,
  foreignRows: [],
  uses: [],
  scopes: new Map(),
});

function scopeFor(context: TestContext, account: string | null, action: Action | 'ALL'): TestScope {
  const name = `${account} ${action}`;
  const scope = context.scopes.get(name) ?? { account, action };
  context.scopes.set(name, scope);
  return scope;
}

function requireCaller(context: TestContext): void {
  if (context.caller === null) throw unauthenticated();
}

export const policy: DirectivePolicy<TestContext, TestScope> = {
  requireCaller,
  requireMaster(context, fieldPath) {
    requireCaller(context);
    if (context.caller !== 'master') throw new GatewayError('FORBIDDEN', 'For master keys.');
    context.uses.push(fieldPath);
  },
  resolveScope(context, accountId, action, fieldPath) {
    context.uses.push(`${fieldPath} ${action}`);
    if (context.caller === 'master') {
      if (!accountId && action !== 'READ') throw new GatewayError('BAD_USER_INPUT', 'Name the account.');
      return scopeFor(context, accountId ?? null, action);
    }
    if (accountId && accountId !== context.caller) throw new GatewayError('ACCOUNT_MISMATCH', 'Not your account.');
    return scopeFor(context, context.caller, action);
  },
  requirePermission: () => undefined,
  allAccountsScope: (context) => scopeFor(context, null, 'ALL'),
  withScope: (context, scope) => ({ ...context, scope }),
  contextOfEvent: (context) => context,
  accountOf(typeName, value) {
    const row = value as { id?: string; accountId?: string };
    return (typeName === 'Account' ? row.id : row.accountId) ?? null;
  },
  covers: (scope, accountId) => scope.account === null || scope.account === accountId,
  notFound,
  reportForeignRow: (context, fieldPath, typeName) => void context.foreignRows.push(`${fieldPath} ${typeName}`),
};

type TestResolvers = IExecutableSchemaDefinition<TestContext>['resolvers'];

/**
 * An unprotected schema from SDL, not validated, like schemas from classes; the definitions of the directives are
 * added.
 */
export const plainSchema = (sdl: string, resolvers: TestResolvers = {}): GraphQLSchema =>
  makeExecutableSchema<TestContext>({ typeDefs: [directiveSDL, sdl], resolvers, assumeValidSDL: true });

export const guardedSchema = (sdl: string, resolvers: TestResolvers = {}): GraphQLSchema =>
  withDirectives(plainSchema(sdl, resolvers), policy);

export type Engine = 'interpreted' | 'compiled';
export const engines: readonly Engine[] = ['interpreted', 'compiled'];

export interface Answer {
  readonly data: unknown;
  readonly codes: unknown[];
  readonly messages: string[];
}

async function executed(
  engine: Engine,
  schema: GraphQLSchema,
  source: string,
  contextValue: TestContext,
): Promise<ExecutionResult> {
  const document = parse(source);
  if (engine === 'interpreted') return execute({ schema, document, contextValue });
  const compiled = compileQuery(schema, document);
  return isCompiledQuery(compiled) ? compiled.query({}, contextValue, {}) : compiled;
}

/** Runs a document. @returns its data as JSON would contain it, and the codes of its errors. */
export async function run(
  engine: Engine,
  schema: GraphQLSchema,
  source: string,
  context: TestContext,
): Promise<Answer> {
  const { data, errors = [] } = await executed(engine, schema, source, context);
  return {
    data: data === undefined ? undefined : (JSON.parse(JSON.stringify(data)) as unknown),
    codes: errors.map((error) => error.extensions?.code ?? (error.originalError as GatewayError | undefined)?.code),
    messages: errors.map((error) => error.message),
  };
}
