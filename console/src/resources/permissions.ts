/** The actions that a key may perform on the rows of a resource: null, or the reason why not. */
import { whyNot, type Viewer } from '../session/viewer';
import type { Resource } from './definitions';

export const changeReason = ({ permission, writeAction }: Resource, viewer: Viewer): string | null =>
  whyNot(viewer, `${permission}:${writeAction}`);

export function createReason(resource: Resource, viewer: Viewer, accountId: string | null): string | null {
  const reason = changeReason(resource, viewer);
  if (reason !== null) return `Read only. ${reason}`;
  return accountId === null ? `Choose an account above to create rows in it.` : null;
}
