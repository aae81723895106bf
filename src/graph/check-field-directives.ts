/** Finds directives that TypeGraphQL dropped: those of a `@FieldResolver` for a field that the class also declares. */
import { isObjectType, type GraphQLSchema } from 'graphql';
import { annotationsOf, directiveDefinitions } from './directives/definitions';
import { SchemaReviewError } from './directives/schema-review';

/** The part of TypeGraphQL's metadata storage that we read; it is a global object without a public reader. */
interface Decorated {
  readonly fieldResolvers: readonly {
    readonly schemaName: string;
    readonly directives?: readonly { readonly nameOrDefinition: string }[];
    readonly getObjectType?: () => unknown;
  }[];
  readonly objectTypes: readonly { readonly target: unknown; readonly name: string }[];
}

function decorated(): Decorated {
  const { TypeGraphQLMetadataStorage: record } = globalThis as { TypeGraphQLMetadataStorage?: Decorated };
  if (!record) throw new Error('The metadata storage of TypeGraphQL was not found: adapt this check to its version.');
  return record;
}

const OUR_DIRECTIVES = new RegExp(`^@(${directiveDefinitions.map(({ name }) => name).join('|')})\\b`);

/**
 * Checks a schema built from classes, before `withDirectives`.
 * @throws SchemaReviewError if a field has fewer directives than the method that resolves it.
 */
export function checkFieldDirectives(schema: GraphQLSchema): void {
  const { fieldResolvers, objectTypes } = decorated();
  const violations: string[] = [];
  for (const { schemaName, directives = [], getObjectType } of fieldResolvers) {
    const target = getObjectType?.();
    const type = schema.getType(objectTypes.find((each) => each.target === target)?.name ?? '');
    const field = isObjectType(type) ? type.getFields()[schemaName] : undefined;
    const written = directives.filter(({ nameOrDefinition }) => OUR_DIRECTIVES.test(nameOrDefinition)).length;
    if (!isObjectType(type) || !field || annotationsOf(field).length >= written) continue;
    violations.push(
      `${type.name}.${schemaName} lost the directive of its @FieldResolver. Put it on the @Field of the class.`,
    );
  }
  if (violations.length > 0) throw new SchemaReviewError(violations);
}
