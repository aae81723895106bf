/** Secure by default: refuses a schema in which anything could be returned without a decision. */
import { getNamedType, isObjectType, type GraphQLSchema } from 'graphql';
import type { Annotation } from './definitions';
import {
  findAccountOwnedTypes,
  nestedTypes,
  objectTypesOf,
  rootTypes,
  type AccountOwnedTypes,
} from './account-owned-types';
import { Reviewer } from './review-rules';

/** The result of the review, which enforcement is built from. */
export interface Review {
  readonly accountOwnedTypes: AccountOwnedTypes;
  /** Keyed by type (`Agent`) or field (`Query.agents`). */
  readonly annotations: ReadonlyMap<string, Annotation>;
}

/** Lists every violation and its remedy. */
export class SchemaReviewError extends Error {
  constructor(readonly violations: readonly string[]) {
    super(`The schema has ${violations.length} violation(s):\n${violations.map((line) => `  ${line}`).join('\n')}`);
    this.name = 'SchemaReviewError';
  }
}

function reviewRootFields(schema: GraphQLSchema, reviewer: Reviewer): void {
  for (const root of rootTypes(schema)) {
    for (const field of Object.values(root.getFields())) {
      reviewer.rootField(`${root.name}.${field.name}`, field, root === schema.getMutationType());
    }
  }
}

function reviewNestedTypes(schema: GraphQLSchema, reviewer: Reviewer, accountOwnedTypes: AccountOwnedTypes): void {
  for (const type of nestedTypes(schema)) {
    reviewer.nestedType(type, accountOwnedTypes.get(type.name));
    for (const field of Object.values(type.getFields())) reviewer.nestedField(type, field);
  }
}

function reviewElsewhere(schema: GraphQLSchema, reviewer: Reviewer): void {
  for (const type of Object.values(schema.getTypeMap())) if (!isObjectType(type)) reviewer.elsewhere(type);
  for (const type of rootTypes(schema)) reviewer.elsewhere(type);
}

/** What a root field may return depends on the directives of its return types. */
function reviewReturns(
  schema: GraphQLSchema,
  { violations, annotations }: Reviewer,
  accountOwnedTypes: AccountOwnedTypes,
): void {
  for (const root of rootTypes(schema)) {
    for (const field of Object.values(root.getFields())) {
      const name = `${root.name}.${field.name}`;
      const kind = annotations.get(name)?.kind;
      for (const type of objectTypesOf(schema, getNamedType(field.type))) {
        if (kind === 'public' && accountOwnedTypes.has(type.name)) {
          violations.push(
            `${name} is @public but returns ${type.name}, which holds rows of accounts. Use another directive.`,
          );
        }
        if (kind && kind !== 'masterOnly' && annotations.get(type.name)?.kind === 'masterOnly') {
          violations.push(
            `${name} is @${kind} but returns ${type.name}, which is @masterOnly. Make ${name} @masterOnly.`,
          );
        }
      }
    }
  }
}

const runsForRows = (annotation: Annotation): boolean =>
  annotation.kind === 'scoped' || annotation.kind === 'masterOnly';

/** @throws SchemaReviewError with every violation. */
export function review(schema: GraphQLSchema): Review {
  const reviewer = new Reviewer(schema);
  reviewer.definitions();
  reviewRootFields(schema, reviewer);
  const roots = new Set([...reviewer.annotations].filter(([, each]) => runsForRows(each)).map(([name]) => name));
  const accountOwnedTypes = findAccountOwnedTypes(schema, roots);
  reviewNestedTypes(schema, reviewer, accountOwnedTypes);
  reviewElsewhere(schema, reviewer);
  reviewReturns(schema, reviewer, accountOwnedTypes);
  if (reviewer.violations.length > 0) throw new SchemaReviewError(reviewer.violations);
  return { accountOwnedTypes, annotations: reviewer.annotations };
}
