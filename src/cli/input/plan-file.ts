/** A saved plan: what was planned, against which state, and for which account. */
import { createRequire } from 'node:module';
import type { z } from 'zod';
import { CommandFailure } from '../failures';
import type { Target } from '../gateway/session';
import { writeWhole } from './files';

const load = createRequire(__filename);

const FORM = 'portcullis-plan-1';

/** Zod takes longer to load than the rest of the command line: only commands that read a plan wait for it. */
function savedPlan() {
  const { z } = load('zod') as typeof import('zod');
  const count = z.int().min(0);
  return z.strictObject({
    form: z.literal(FORM),
    account: z.strictObject({ id: z.string(), slug: z.string() }),
    hash: z.string(),
    prune: z.boolean(),
    /** Names of the secrets required when it is applied; their values are never saved. */
    secretNames: z.array(z.string()),
    summary: z.strictObject({ create: count, update: count, unchanged: count, delete: count }),
    changes: z.array(
      z.strictObject({
        action: z.enum(['CREATE', 'UPDATE', 'UNCHANGED', 'DELETE', 'RESTORE']),
        resourceType: z.string(),
        name: z.string(),
        fields: z.array(
          z.strictObject({ path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() }),
        ),
      }),
    ),
    bundle: z.string(),
  });
}

type SavedPlan = z.infer<ReturnType<typeof savedPlan>>;

export const savePlan = (path: string, plan: Omit<SavedPlan, 'form'>): void =>
  writeWhole(path, `${JSON.stringify({ form: FORM, ...plan }, null, 2)}\n`);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * @returns null for a file that is not a saved plan.
 * @throws CommandFailure for a saved plan that was edited.
 */
export function readPlan(path: string, text: string): SavedPlan | null {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || !('form' in value)) return null;
  const plan = savedPlan().safeParse(value);
  if (plan.success) return plan.data;
  throw new CommandFailure(`${path} is not a plan as "plan --out" saves it. Plan again.`);
}

/**
 * @param source whose key is used, for the message.
 * @throws CommandFailure when the plan was made for another account.
 */
export function refuseOtherAccount(path: string, { account }: SavedPlan, target: Target, source: string): void {
  if (account.id === target.id) return;
  throw new CommandFailure(
    account.slug === target.slug
      ? `Refused: ${path} was planned for an account "${account.slug}" of another gateway. Plan again here.`
      : `Refused: ${path} was planned for the account "${account.slug}", and ${source} is for "${target.slug}". Use a key of "${account.slug}", or plan again.`,
  );
}
