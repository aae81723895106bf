/** What blocks an import: everything at once, one line each, in the format of compilers. */
import type { PlanImportQuery } from '../../../../schema/generated/operations';
import { CommandFailure } from '../../failures';
import { GatewayRefusal } from '../../gateway/refusal';
import { visible } from '../../output/text';

/** A bundle and the options it is planned with. */
export interface Bundle {
  /** Its name in problems: its file, or the profile that it was exported from. */
  readonly name: string;
  readonly text: string;
  readonly prune: boolean;
  /** The place of a path in the whole file, when this is a part of it. */
  readonly placeOf?: (path: string) => { readonly path: string; readonly line: number };
}

interface Problem {
  readonly message: string;
  /** As text, or step by step. */
  readonly path?: string | readonly (string | number)[] | null;
  readonly line?: number | null;
}

function problemLine({ name, placeOf }: Bundle, { message, path: own, line: ownLine }: Problem): string {
  const ownPath = typeof own === 'string' ? own : own?.join('.');
  const { path: steps, line } = (ownPath && placeOf?.(ownPath)) || { path: ownPath, line: ownLine };
  const place = line === null || line === undefined ? name : `${name}:${line}`;
  return visible([place, ...(steps ? [steps] : []), message].join(': '));
}

type Plan = PlanImportQuery['planImport'];

const NOT_APPLICABLE = 'This bundle cannot be applied.';

/** The bundle is valid, but cannot be applied as it is. */
export class NotApplicable extends CommandFailure {}

/** Everything that blocks applying it, one line each. */
export function problemsOf({ conflicts, missing, missingSecrets, applicable }: Plan, bundle: Bundle): string[] {
  const secrets = missingSecrets.map(({ name, resourceType, resourceName }) => ({
    message: `the ${resourceType} ${JSON.stringify(resourceName)} needs the secret ${name}: provide it in --secrets-file, or as PORTCULLIS_SECRET_${name}.`,
  }));
  const problems = [...conflicts, ...missing, ...secrets].map((problem) => problemLine(bundle, problem));
  return problems.length > 0 || applicable
    ? problems
    : [`${bundle.name}: the gateway refused it without giving a reason.`];
}

/** @throws NotApplicable if there are any problems. */
export function refuseAll(problems: readonly string[]): void {
  if (problems.length > 0) throw new NotApplicable([...problems, NOT_APPLICABLE].join('\n'));
}

/** @throws NotApplicable naming everything that blocks applying it. */
export const refuseProblems = (plan: Plan, bundle: Bundle): void => refuseAll(problemsOf(plan, bundle));

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string';

const BUNDLE = 'bundle';

/**
 * A refusal's problems with a bundle, one line each.
 * @returns null for a refusal that is not about the bundle.
 */
export function refusedLines(
  bundle: Bundle,
  { message, extensions = {} }: { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> },
): string[] | null {
  const { path, problems } = extensions;
  if (!Array.isArray(path) || path[0] !== BUNDLE) return null;
  const known = Array.isArray(problems) && problems.every(isProblem) ? problems : [{ message }];
  return known.map((problem) => problemLine(bundle, problem));
}

/** Errors that the gateway found in a bundle, prefixed with its file name. */
export async function withProblems<Answer>(bundle: Bundle, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    const [refusal] = error instanceof GatewayRefusal ? error.errors : [];
    const lines = refusal && refusedLines(bundle, refusal);
    if (!lines) throw error;
    throw new CommandFailure([...lines, NOT_APPLICABLE].join('\n'));
  }
}
