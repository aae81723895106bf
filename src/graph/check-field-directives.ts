/** TypeGraphQL forgets the directives of a `@FieldResolver` when the class declares the field too: finds them. */
import { isObjectType, type GraphQLSchema } from 'graphql';
import { annotationsOf } from './directives/annotations';
import { directiveDefinitions } from './directives/definitions';
import { SchemaReviewError } from './directives/schema-review';

/** What is read of TypeGraphQL's own record; it is kept on the global object and has no public reader. */
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
  if (!record) throw new Error('TypeGraphQL keeps its record elsewhere now: adapt this check to its version.');
  return record;
}

const OURS = new RegExp(`^@(${directiveDefinitions.map(({ name }) => name).join('|')})\\b`);

/**
 * To be asked of a schema that was built from classes, before `withDirectives`.
 * @throws SchemaReviewError when a field carries fewer directives than the method that resolves it.
 */
export function checkFieldDirectives(schema: GraphQLSchema): void {
  const { fieldResolvers, objectTypes } = decorated();
  const violations: string[] = [];
  for (const { schemaName, directives = [], getObjectType } of fieldResolvers) {
    const target = getObjectType?.();
    const type = schema.getType(objectTypes.find((each) => each.target === target)?.name ?? '');
    const field = isObjectType(type) ? type.getFields()[schemaName] : undefined;
    const written = directives.filter(({ nameOrDefinition }) => OURS.test(nameOrDefinition)).length;
    if (!isObjectType(type) || !field || annotationsOf(field).length >= written) continue;
    violations.push(
      `${type.name}.${schemaName} lost the directive of its @FieldResolver. Put it on the @Field of the class.`,
    );
  }
  if (violations.length > 0) throw new SchemaReviewError(violations);
}
