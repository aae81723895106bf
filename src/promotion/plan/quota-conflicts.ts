/** What an import would create beyond the account's quotas. */
import { rowQuota, type Quotas } from '../../db/quotas';
import type { BundleSection } from '../bundle/sections';
import type { ImportProblem } from '../promotion.objects';
import type { CurrentConfig } from './current-config';
import type { Step } from './step';

export function findQuotaConflicts(
  sections: readonly BundleSection[],
  steps: readonly Step[],
  config: CurrentConfig,
  quotas: Quotas,
): ImportProblem[] {
  return sections.flatMap((section) => {
    const { maximum, refusal } = rowQuota(quotas, section.name);
    const count = (action: Step['action']): number =>
      steps.filter((step) => step.section === section && step.action === action).length;
    const created = count('CREATE');
    const rows = (config.rows.get(section.type)?.length ?? 0) + created - count('DELETE');
    if (maximum === 0 || created === 0 || rows <= maximum) return [];
    return [{ message: `${refusal().message} This import would make it ${rows}.`, path: section.name, line: null }];
  });
}
