/** The four directives and what each of them promises. */
import {
  DirectiveLocation,
  GraphQLDirective,
  GraphQLEnumType,
  GraphQLNonNull,
  GraphQLSchema,
  GraphQLString,
  printSchema,
} from 'graphql';

/** What a field does to the rows of an account; roles are checked against it. */
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
    READ: { value: Action.READ, description: 'Looks at rows.' },
    RUN: { value: Action.RUN, description: 'Starts or finishes runs.' },
    WRITE: { value: Action.WRITE, description: 'Creates, changes or deletes rows.' },
    ADMIN: { value: Action.ADMIN, description: 'Manages keys and the account itself.' },
  },
});

const { FIELD_DEFINITION, OBJECT } = DirectiveLocation;

export const scopedDirective = new GraphQLDirective({
  name: 'scoped',
  description:
    'On a field: runs for one account, the one of the key or, with a master key, the one that accountId names. ' +
    'On a type: its rows belong to an account and are checked on their way out.',
  locations: [FIELD_DEFINITION, OBJECT],
  args: {
    action: {
      type: new GraphQLNonNull(actionType),
      defaultValue: Action.READ,
      description: 'What the field does to the rows of the account.',
    },
  },
});

export const masterOnlyDirective = new GraphQLDirective({
  name: 'masterOnly',
  description: 'For master keys alone; every use is on the record.',
  locations: [FIELD_DEFINITION, OBJECT],
});

export const authenticatedDirective = new GraphQLDirective({
  name: 'authenticated',
  description: 'For every key, whatever its kind; shows the caller nothing but its own account.',
  locations: [FIELD_DEFINITION],
});

export const publicDirective = new GraphQLDirective({
  name: 'public',
  description: 'For everybody, even without a key; shows no row of any account.',
  locations: [FIELD_DEFINITION],
  args: { reason: { type: new GraphQLNonNull(GraphQLString), description: 'Why no key is needed.' } },
});

/** To be given to a schema that is built from classes. */
export const directiveDefinitions: readonly GraphQLDirective[] = [
  scopedDirective,
  masterOnlyDirective,
  authenticatedDirective,
  publicDirective,
];

/** The same definitions as SDL, for a schema that is built from SDL. */
export const directiveSDL = printSchema(new GraphQLSchema({ directives: [...directiveDefinitions] }));
