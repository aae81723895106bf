/** The review rules for a single type or field. */
import {
  GraphQLError,
  GraphQLID,
  getNullableType,
  isInputObjectType,
  isInterfaceType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { ACCOUNT_ID } from './account-owned-types';
import { Action, annotationsOf, directiveDefinitions, type Annotated, type Annotation } from './definitions';

const REMEDIES = '@scoped, @masterOnly, @authenticated or @public(reason: "…")';

/** Reads the annotation of each element, and collects violations. */
export class Reviewer {
  readonly violations: string[] = [];
  readonly annotations = new Map<string, Annotation>();

  constructor(private readonly schema: GraphQLSchema) {}

  /** The valid annotations; an invalid one is a violation and is ignored. */
  read(name: string, entity: Annotated): Annotation[] {
    try {
      return annotationsOf(entity);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      this.violations.push(`${name} has a directive that cannot be read: ${error.message} Correct its arguments.`);
      return [];
    }
  }

  take(name: string, entity: Annotated): Annotation | undefined {
    const [first, ...more] = this.read(name, entity);
    if (more.length > 0) {
      const all = [first, ...more].map((each) => `@${each?.kind ?? ''}`).join(' and ');
      this.violations.push(`${name} has ${all}: they contradict or repeat each other. Keep exactly one.`);
    }
    if (first) this.annotations.set(name, first);
    return first;
  }

  definitions(): void {
    for (const { name } of directiveDefinitions) {
      if (this.schema.getDirective(name)) continue;
      this.violations.push(`The schema does not define @${name}. Build it with directiveDefinitions or directiveSDL.`);
    }
  }

  rootField(name: string, field: GraphQLField<unknown, unknown>, isMutation: boolean): void {
    const annotation = this.take(name, field);
    if (!annotation) this.violations.push(`${name} has no directive: nobody decided who may use it. Add ${REMEDIES}.`);
    if (annotation?.kind === 'public' && annotation.reason.trim() === '') {
      this.violations.push(`${name} is @public without a reason. Say why no key is needed.`);
    }
    if (annotation?.kind !== 'scoped') return;
    if (isMutation && annotation.action === Action.READ) {
      this.violations.push(
        `${name} is a mutation that only reads. Say what it does: @scoped(action: RUN), WRITE or ADMIN.`,
      );
    }
    const account = field.args.find((argument) => argument.name === ACCOUNT_ID);
    if (account && getNullableType(account.type) !== GraphQLID) {
      this.violations.push(
        `${name} has an argument accountId of type ${account.type.toString()}. Make it ID, or leave it to @scoped.`,
      );
    }
  }

  /** Call after `nestedType` of its owner. */
  nestedField(owner: GraphQLObjectType, field: GraphQLField<unknown, unknown>): void {
    const name = `${owner.name}.${field.name}`;
    const annotation = this.take(name, field);
    if (annotation?.kind === 'scoped' && !this.annotations.has(owner.name)) {
      this.violations.push(
        `${name} has @scoped, but ${owner.name} carries no rows that could be of an account. Remove it.`,
      );
    }
    if (annotation?.kind === 'authenticated' || annotation?.kind === 'public') {
      this.violations.push(`${name} has @${annotation.kind}, which is for root fields only. Remove it.`);
    }
  }

  nestedType(type: GraphQLObjectType, why: string | undefined): void {
    const annotation = this.take(type.name, type);
    if (annotation && annotation.kind !== 'scoped' && annotation.kind !== 'masterOnly') {
      this.violations.push(
        `${type.name} has @${annotation.kind}, which is for root fields only. Use @scoped or @masterOnly.`,
      );
    }
    if (!annotation && why !== undefined) {
      this.violations.push(`${type.name} carries rows (${why}) but has no directive. Add @scoped or @masterOnly.`);
    }
    // An annotation that no rule requires could get lost unnoticed, so nothing may rely on it.
    if (annotation && why === undefined) {
      this.violations.push(
        `${type.name} has @${annotation.kind} but carries no rows: no accountId, no id, no account-owned type in it. ` +
          'Remove it, or put it on the fields that need it.',
      );
    }
    if (annotation?.kind === 'scoped' && annotation.action !== Action.READ) {
      this.violations.push(`${type.name} has an action, which is for fields only. Write @scoped on the type.`);
    }
  }

  /** Directives where nothing enforces them would be false promises. */
  elsewhere(type: GraphQLNamedType): void {
    if (this.read(type.name, type).length > 0) {
      this.violations.push(
        `${type.name} holds no rows itself, so its directive decides nothing. Put it on object types.`,
      );
    }
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        if (this.read(`${type.name}.${field.name}`, field).length === 0) continue;
        this.violations.push(
          `${type.name}.${field.name} is an input field, so its directive decides nothing. Remove it.`,
        );
      }
    }
    if (isInterfaceType(type)) {
      for (const field of Object.values(type.getFields()))
        this.interfaceField(type.name, field, this.schema.getPossibleTypes(type));
    }
  }

  private interfaceField(
    owner: string,
    field: GraphQLField<unknown, unknown>,
    types: readonly GraphQLObjectType[],
  ): void {
    const wanted = JSON.stringify(this.read(`${owner}.${field.name}`, field));
    if (wanted === '[]') return;
    for (const type of types) {
      const own = type.getFields()[field.name];
      if (own && JSON.stringify(this.read(`${type.name}.${field.name}`, own)) === wanted) continue;
      this.violations.push(
        `${type.name}.${field.name} lacks the directive of ${owner}.${field.name}. Repeat it there.`,
      );
    }
  }
}
