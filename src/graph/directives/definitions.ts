/** Defines the four directives, and reads them from types and fields. */
import {
  DirectiveLocation,
  getDirectiveValues,
  GraphQLDirective,
  GraphQLEnumType,
  GraphQLNonNull,
  GraphQLSchema,
  GraphQLString,
  printSchema,
  type ConstDirectiveNode,
} from 'graphql';

/** What a field does to an account's rows; roles are checked against it. */
export enum Action {
  READ = 'READ',
  RUN = 'RUN',
  WRITE = 'WRITE',
  ADMIN = 'ADMIN',
}

const actionType = new GraphQLEnumType({
  name: 'Action',
  description: 'What a field does to the rows of an account.',
  values: {
    READ: { value: Action.READ, description: 'Reads rows.' },
    RUN: { value: Action.RUN, description: 'Starts or finishes runs.' },
    WRITE: { value: Action.WRITE, description: 'Creates, changes or deletes rows.' },
    ADMIN: { value: Action.ADMIN, description: 'Manages keys and the account itself.' },
  },
});

const { FIELD_DEFINITION, OBJECT } = DirectiveLocation;

const scopedDirective = new GraphQLDirective({
  name: 'scoped',
  description:
    'On a field: runs for one account: that of the key or, with a master key, the one that accountId names. ' +
    'On a type: its rows belong to an account, and rows of other accounts are filtered out of answers.',
  locations: [FIELD_DEFINITION, OBJECT],
  args: {
    action: {
      type: new GraphQLNonNull(actionType),
      defaultValue: Action.READ,
      description: 'What the field does to the rows of the account.',
    },
  },
});

const masterOnlyDirective = new GraphQLDirective({
  name: 'masterOnly',
  description: 'For master keys only; every use is audited.',
  locations: [FIELD_DEFINITION, OBJECT],
});

const authenticatedDirective = new GraphQLDirective({
  name: 'authenticated',
  description: 'For any valid key; returns the caller’s own account only.',
  locations: [FIELD_DEFINITION],
});

const publicDirective = new GraphQLDirective({
  name: 'public',
  description: 'Needs no key; returns no row of any account.',
  locations: [FIELD_DEFINITION],
  args: { reason: { type: new GraphQLNonNull(GraphQLString), description: 'Why no key is needed.' } },
});

/** For schemas built from classes. */
export const directiveDefinitions: readonly GraphQLDirective[] = [
  scopedDirective,
  masterOnlyDirective,
  authenticatedDirective,
  publicDirective,
];

/** The same definitions as SDL, for schemas built from SDL. */
export const directiveSDL = printSchema(new GraphQLSchema({ directives: [...directiveDefinitions] }));

export type Annotation =
  | { readonly kind: 'scoped'; readonly action: Action }
  | { readonly kind: 'masterOnly' }
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'public'; readonly reason: string };

/** Any schema element that can have directives; SDL and classes both keep them on the syntax nodes. */
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
 * The uses of the four directives on this type or field, including repeated ones; others are ignored.
 * @throws GraphQLError if an argument does not match the definition.
 */
export function annotationsOf(entity: Annotated): Annotation[] {
  return [entity.astNode, ...(entity.extensionASTNodes ?? [])]
    .flatMap((node) => node?.directives ?? [])
    .filter((directive) => names.has(directive.name.value))
    .map(annotationOf);
}
