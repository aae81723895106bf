/** Reads the directives that a type or a field carries. */
import { getDirectiveValues, type ConstDirectiveNode, type GraphQLDirective } from 'graphql';
import {
  Action,
  authenticatedDirective,
  directiveDefinitions,
  masterOnlyDirective,
  publicDirective,
  scopedDirective,
} from './definitions';

export type Annotation =
  | { readonly kind: 'scoped'; readonly action: Action }
  | { readonly kind: 'masterOnly' }
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'public'; readonly reason: string };

/** Anything of a schema that may carry directives: SDL and classes both leave them on the syntax nodes. */
export interface Annotated {
  readonly astNode?: { readonly directives?: readonly ConstDirectiveNode[] | undefined } | null | undefined;
  readonly extensionASTNodes?:
    readonly { readonly directives?: readonly ConstDirectiveNode[] | undefined }[] | null | undefined;
}

const names: ReadonlySet<string> = new Set(directiveDefinitions.map((directive) => directive.name));

function argumentsOf(definition: GraphQLDirective, node: ConstDirectiveNode): Record<string, unknown> {
  return getDirectiveValues(definition, { directives: [node] }) ?? {};
}

function isAction(value: unknown): value is Action {
  return Object.values<unknown>(Action).includes(value);
}

function annotationOf(node: ConstDirectiveNode): Annotation {
  switch (node.name.value) {
    case scopedDirective.name: {
      const { action } = argumentsOf(scopedDirective, node);
      return { kind: 'scoped', action: isAction(action) ? action : Action.READ };
    }
    case masterOnlyDirective.name:
      return { kind: 'masterOnly' };
    case authenticatedDirective.name:
      return { kind: 'authenticated' };
    default:
      return { kind: 'public', reason: String(argumentsOf(publicDirective, node).reason) };
  }
}

/**
 * Every one of the four directives on this type or field, repeated ones included; other directives are left out.
 * @throws GraphQLError when an argument does not fit the definition.
 */
export function annotationsOf(entity: Annotated): Annotation[] {
  return [entity.astNode, ...(entity.extensionASTNodes ?? [])]
    .flatMap((node) => node?.directives ?? [])
    .filter((directive) => names.has(directive.name.value))
    .map(annotationOf);
}
