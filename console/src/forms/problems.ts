/** Problems with the fields of a form, found by the gateway, or by the page before it sends anything. */
import { localProblem, type Problem } from '../graphql/problem';
import type { FieldProblem } from './values';

/** A problem that the gateway reports about an input field is shown at that field. */
export const fieldProblems = (problems: readonly Problem[]): readonly FieldProblem[] =>
  problems.flatMap(({ path, message }) =>
    path?.[0] === 'input' ? [{ path: path.slice(1).map(String), message }] : [],
  );

/** Problems found by the page, in the format of the gateway's. */
export const localProblems = (problems: readonly FieldProblem[]): readonly Problem[] =>
  problems.map(({ path, message }) => localProblem(message, 'BAD_USER_INPUT', ['input', ...path]));
