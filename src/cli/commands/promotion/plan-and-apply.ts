/** Plans a bundle and applies it, in parts if necessary. */
import type { Session, Target } from '../../gateway/session';
import type { Secrets } from '../../input/secrets';
import { applyParts, partsOf } from './parts';
import { refuseProblems, type Bundle } from './problems';
import { applyProposal, noteWarnings, planWithSecrets, type Approval } from './steps';

export async function planAndApply(
  session: Session,
  target: Target,
  bundle: Bundle,
  given: Secrets,
  options: Approval,
): Promise<void> {
  const parts = partsOf(bundle);
  if (parts) return applyParts(session, target, parts, given, planWithSecrets, options);
  const { plan, secrets } = await planWithSecrets(session, target, bundle, given);
  noteWarnings(plan);
  refuseProblems(plan, bundle);
  return applyProposal(session, target, { ...plan, bundle, secrets }, options);
}
