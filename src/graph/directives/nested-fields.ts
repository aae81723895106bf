/** Fields below the root: their rows may reach no further than the row they hang on. */
import type { OutputGuard } from './output-guard';
import type { Annotation } from './annotations';
import type { DirectivePolicy } from './policy';
import type { Resolver } from './root-fields';
import { isObject, scopeOfParent } from './scope-tag';

/** Asked before the resolver is entered. */
export type AuthorizeNested<Context> = (context: Context, source: unknown) => void;

/**
 * @param returnsMasterOnlyType does the field return a type of masters that its own type does not already keep to masters?
 * @returns undefined when the field asks for nothing beyond its parent's rights.
 */
export function nestedAuthorization<Context, Scope extends object>(
  annotation: Annotation | undefined,
  policy: DirectivePolicy<Context, Scope>,
  typeName: string,
  fieldPath: string,
  returnsMasterOnlyType: boolean,
): AuthorizeNested<Context> | undefined {
  if (returnsMasterOnlyType || annotation?.kind === 'masterOnly')
    return (context) => policy.requireMaster(context, fieldPath);
  if (annotation?.kind !== 'scoped') return undefined;
  const { action } = annotation;
  return (context, source) => {
    policy.requireCaller(context);
    // Asked for the right alone: the field keeps its parent's scope, which may be the narrower one.
    policy.resolveScope(context, isObject(source) ? policy.accountOf(typeName, source) : null, action, fieldPath);
  };
}

/** A nested field behind its guard and, when it shows rows, its door. */
export function protectNestedField<Context, Scope extends object>(
  resolve: Resolver<Context>,
  authorize: AuthorizeNested<Context> | undefined,
  outputGuard: OutputGuard<Context, Scope> | undefined,
): Resolver<Context> {
  return (source, args, context, info) => {
    authorize?.(context, source);
    if (!outputGuard) return resolve(source, args, context, info);
    const scope = scopeOfParent<Scope>(source);
    if (scope === undefined) {
      // The parent came past no door, so nobody knows whose rows may be shown.
      outputGuard.reportForeignRow(context, info.parentType.name);
      return outputGuard.nullOrNotFound();
    }
    return outputGuard.filterResult(resolve(source, args, context, info), scope, context, info);
  };
}
