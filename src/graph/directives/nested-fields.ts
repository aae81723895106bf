/** Fields below the root: their rows may reach no further than the row they hang on. */
import type { Door } from './output-guard';
import type { Annotation } from './annotations';
import type { DirectivePolicy } from './policy';
import type { Resolver } from './root-fields';
import { isObject, scopeOf } from './scope-tag';

/** Asked before the resolver is entered. */
export type Guard<Context> = (context: Context, source: unknown) => void;

/**
 * @param forMasters does the field return a type of masters that its own type does not already keep to masters?
 * @returns undefined when the field asks for nothing beyond its parent's rights.
 */
export function guardOf<Context, Scope extends object>(
  annotation: Annotation | undefined,
  policy: DirectivePolicy<Context, Scope>,
  typeName: string,
  use: string,
  forMasters: boolean,
): Guard<Context> | undefined {
  if (forMasters || annotation?.kind === 'masterOnly') return (context) => policy.requireMaster(context, use);
  if (annotation?.kind !== 'scoped') return undefined;
  const { action } = annotation;
  return (context, source) => {
    policy.requireCaller(context);
    // Asked for the right alone: the field keeps its parent's scope, which may be the narrower one.
    policy.pin(context, isObject(source) ? policy.accountOf(typeName, source) : null, action, use);
  };
}

/** A nested field behind its guard and, when it shows rows, its door. */
export function guardedNested<Context, Scope extends object>(
  resolve: Resolver<Context>,
  guard: Guard<Context> | undefined,
  door: Door<Context, Scope> | undefined,
): Resolver<Context> {
  return (source, args, context, info) => {
    guard?.(context, source);
    if (!door) return resolve(source, args, context, info);
    const scope = scopeOf<Scope>(source);
    if (scope === undefined) {
      // The parent came past no door, so nobody knows whose rows may be shown.
      door.report(context, info.parentType.name);
      return door.refuse();
    }
    return door.pass(resolve(source, args, context, info), scope, context, info);
  };
}
