/** Collects all problems of a bundle, with their places, and reports them at once. */
import { GatewayError } from '../../errors';
import { pathText } from '../../util/path-text';
import type { Path } from './parse-yaml';

export interface Place {
  readonly path: Path;
  /** Starts at 1. */
  readonly line: number;
}

/** `line 3, tools[0].name`. */
export const placeText = ({ path, line }: Place): string =>
  [`line ${line}`, ...(path.length > 0 ? [pathText(path)] : [])].join(', ');

export class BundleProblem extends Error {
  constructor(
    readonly path: Path,
    /** Starts at 1. */
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

/** Beyond this number, fix these first. */
const MAX_PROBLEMS = 20;

export class Problems {
  readonly #problems: BundleProblem[] = [];

  get count(): number {
    return this.#problems.length;
  }

  /** @throws GatewayError BAD_USER_INPUT once there are 20. */
  add(problem: BundleProblem): void {
    this.#problems.push(problem);
    if (this.count >= MAX_PROBLEMS) this.finish();
  }

  /** Continues after a problem. @returns null then. */
  attempt<T>(work: () => T): T | null {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof BundleProblem)) throw error;
      this.add(error);
      return null;
    }
  }

  /** The same for a list that takes long; empty after a problem. */
  async attemptLater<T>(work: Promise<T[]>): Promise<T[]> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof BundleProblem)) throw error;
      this.add(error);
      return [];
    }
  }

  /** Ends the check. @throws GatewayError BAD_USER_INPUT naming every problem found, by line. */
  finish(): void {
    const inOrder = [...this.#problems].sort((left, right) => left.line - right.line);
    const [first] = inOrder;
    if (!first) return;
    const lines = inOrder.map((problem) => `${placeText(problem)}: ${problem.message}`);
    const count = `${this.count < MAX_PROBLEMS ? '' : 'at least '}${this.count}`;
    const message =
      this.count === 1 ? `The bundle, ${lines.join('')}` : `The bundle has ${count} problems:\n${lines.join('\n')}`;
    const problems = inOrder.map(({ path, line, message: text }) => ({
      message: text,
      path: pathText(path),
      line,
    }));
    throw new GatewayError('BAD_USER_INPUT', message, { path: ['bundle', ...first.path], line: first.line, problems });
  }
}
