/** What is wrong with the fields of a form, as the gateway says it and as the page does before it sends anything. */
import { localProblem, type Problem } from '../graphql/problem';
import type { FieldProblem } from './values';

/** What the gateway says about a field of the input stands at the field. */
export const fieldProblems = (problems: readonly Problem[]): readonly FieldProblem[] =>
  problems.flatMap(({ path, message }) =>
    path?.[0] === 'input' ? [{ path: path.slice(1).map(String), message }] : [],
  );

/** The page's own objections, in the form of the gateway's. */
export const localProblems = (problems: readonly FieldProblem[]): readonly Problem[] =>
  problems.map(({ path, message }) => localProblem(message, 'BAD_USER_INPUT', ['input', ...path]));
