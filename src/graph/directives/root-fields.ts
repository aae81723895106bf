/** The gate in front of a root field: who may run it, and whose rows it may reach. */
import { GraphQLID, type GraphQLFieldConfig, type GraphQLFieldResolver } from 'graphql';
import type { OutputGuard } from './output-guard';
import type { Annotation } from './annotations';
import { ACCOUNT_ID } from './account-owned-types';
import { Action } from './definitions';
import type { DirectivePolicy } from './policy';

export type Arguments = Readonly<Record<string, unknown>>;
export type Resolver<Context> = GraphQLFieldResolver<unknown, Context>;
export type Field<Context> = GraphQLFieldConfig<unknown, Context>;

/** Admits the caller; the scope is undefined for fields that reach no rows. */
export type AuthorizeRoot<Context, Scope> = (context: Context, accountId: unknown) => Scope | undefined;

const ACCOUNT_TO_READ =
  'The account to read. An account key may leave it out; a master key leaves it out to read all accounts.';
const ACCOUNT_TO_CHANGE = 'The account to change. An account key may leave it out; a master key must name it.';

// The argument's type is ID, so the executor lets nothing through but text and null.
function textOf(accountId: unknown): string | null | undefined {
  if (accountId === null || accountId === undefined || typeof accountId === 'string') return accountId;
  throw new TypeError('accountId is no text');
}

/** @param showsRows does the field return rows? `@authenticated` needs a scope only then. */
export function rootAuthorization<Context, Scope extends object>(
  annotation: Annotation,
  policy: DirectivePolicy<Context, Scope>,
  fieldPath: string,
  showsRows: boolean,
): AuthorizeRoot<Context, Scope> {
  switch (annotation.kind) {
    case 'public':
      return () => undefined;
    case 'authenticated':
      return (context) => {
        policy.requireCaller(context);
        return showsRows ? policy.resolveScope(context, null, Action.READ, fieldPath) : undefined;
      };
    case 'masterOnly':
      return (context) => {
        policy.requireMaster(context, fieldPath);
        return policy.allAccountsScope(context, fieldPath);
      };
    case 'scoped':
      return (context, accountId) => {
        policy.requireCaller(context);
        return policy.resolveScope(context, textOf(accountId), annotation.action, fieldPath);
      };
  }
}

/** Adds the argument by which `@scoped` fields are told their account. */
export function withAccountArgument<Context>(field: Field<Context>, action: Action): Field<Context> {
  const own = field.args?.[ACCOUNT_ID];
  const description = own?.description ?? (action === Action.READ ? ACCOUNT_TO_READ : ACCOUNT_TO_CHANGE);
  const argument = { ...own, type: own?.type ?? GraphQLID, description };
  return { ...field, args: { [ACCOUNT_ID]: argument, ...field.args, ...(own && { [ACCOUNT_ID]: argument }) } };
}

/** A call of a field, its account apart: resolvers learn the account from their scope alone. */
export interface Call {
  readonly accountId: unknown;
  readonly args: Arguments;
}

const plainCall = (args: Arguments): Call => ({ accountId: undefined, args });
const scopedCall = ({ [ACCOUNT_ID]: accountId, ...args }: Arguments): Call => ({ accountId, args });

/** Takes the argument that was added for `@scoped` away again. */
export const argumentSplitter = (annotation: Annotation): ((args: Arguments) => Call) =>
  annotation.kind === 'scoped' ? scopedCall : plainCall;

/** What one root field needs at run time. */
export interface RootPlan<Context, Scope extends object> {
  readonly policy: DirectivePolicy<Context, Scope>;
  readonly authorize: AuthorizeRoot<Context, Scope>;
  readonly splitArguments: (args: Arguments) => Call;
  readonly outputGuard: OutputGuard<Context, Scope> | undefined;
}

/** A query or mutation field behind its gate and, when it shows rows, its door. */
export function protectRootField<Context, Scope extends object>(
  { policy, authorize, splitArguments: read, outputGuard }: RootPlan<Context, Scope>,
  resolve: Resolver<Context>,
): Resolver<Context> {
  return (source, given: Arguments, context, info) => {
    const { accountId, args } = read(given);
    const scope = authorize(context, accountId);
    if (scope === undefined) return outputGuard ? outputGuard.nullOrNotFound() : resolve(source, args, context, info);
    const result: unknown = resolve(source, args, policy.withScope(context, scope), info);
    return outputGuard ? outputGuard.filterResult(result, scope, context, info) : result;
  };
}
