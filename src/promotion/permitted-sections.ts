/** Sections whose rows require more than promotion: roles belong to managers of keys. */
import type { Caller } from '../auth/caller';
import { covers, type Action, type Grants } from '../auth/grants';
import { refuseBeyond } from '../graph/permissions';
import type { BundleSection } from './bundle/sections';

const neededFor = ({ access: { table } }: Caller, action: Action, sections: readonly BundleSection[]): Grants =>
  table.grant(
    action,
    sections.flatMap(({ resource }) => resource.permittedBy ?? []),
  );

/**
 * The sections that this key may read or write; other sections are treated as if the account had none of their rows.
 */
export const permittedSections = (
  caller: Caller,
  action: Action,
  sections: readonly BundleSection[],
): readonly BundleSection[] =>
  sections.filter((section) => caller.isMaster || covers(caller.access.grants, neededFor(caller, action, [section])));

/**
 * @param named those that a request names.
 * @throws GatewayError FORBIDDEN naming the permissions that the key lacks for them.
 */
export function refuseOtherSections(caller: Caller, action: Action, named: readonly BundleSection[]): void {
  if (!caller.isMaster) refuseBeyond(caller.access, neededFor(caller, action, named));
}
