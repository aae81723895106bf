/** Literals refused by a scalar: what is wrong, and where in the document. */
import { BREAK, GraphQLError, Kind, visit, type ASTNode, type DocumentNode } from 'graphql';
import { badInput } from '../errors';
import { pathText } from '../util/path-text';
import { shorten } from './errors/validation-messages';

type Path = readonly (string | number)[];

/** Thrown by scalars, which see their literal but not its document. */
export class InvalidLiteral extends GraphQLError {
  /**
   * @param literal the refused value, or the field of an object.
   * @param problem the end of a sentence whose subject is the literal's location.
   */
  constructor(
    readonly literal: ASTNode,
    readonly problem: string,
  ) {
    super(`The value ${problem}.`, { nodes: literal });
  }
}

/** The path from the argument or variable, such as `['input', 'metadata', 'l', 0]`. */
function placeOf(literal: ASTNode, document: DocumentNode): Path {
  let steps: readonly (ASTNode | readonly ASTNode[])[] = [];
  visit(document, {
    enter(node, _key, parent, _path, ancestors) {
      if (node !== literal) return undefined;
      steps = [...ancestors, ...(parent ? [parent] : []), node];
      return BREAK;
    },
  });
  let place: (string | number)[] = [];
  steps.forEach((step, index) => {
    if (!('kind' in step)) return;
    if (step.kind === Kind.ARGUMENT) place = [step.name.value];
    else if (step.kind === Kind.VARIABLE_DEFINITION) place = ['variables', step.variable.name.value];
    else if (step.kind === Kind.OBJECT_FIELD) place.push(step.name.value);
    else if (step.kind === Kind.LIST) {
      const item = steps[index + 2];
      if (item) place.push(step.values.findIndex((value) => value === item));
    }
  });
  return place;
}

/** The error for the caller: BAD_USER_INPUT with the literal's path. */
export function literalError({ literal, problem }: InvalidLiteral, document: DocumentNode): GraphQLError {
  const path = placeOf(literal, document);
  const originalError = badInput(path, shorten(`${path.length === 0 ? 'A value' : pathText(path)} ${problem}.`));
  return new GraphQLError(originalError.message, { nodes: literal, originalError });
}
