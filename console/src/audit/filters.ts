/** The filters of the audit log and of the related lists. */
import { pageVariables } from '../resources/address';
import type { FilterField } from '../resources/resource-type';

const field = (name: string, label: string, kind: FilterField['kind'], values?: readonly string[]): FilterField => ({
  name,
  label,
  kind,
  ...(values ? { values } : {}),
});

const ACTIONS = ['CREATE', 'UPDATE', 'DELETE', 'RESTORE', 'PURGE', 'ERASE'];

export const EVENT_FILTERS: readonly FilterField[] = [
  field('action', 'Action', 'enum', ACTIONS),
  field('resourceType', 'Resource type', 'text'),
  field('actorName', 'Actor', 'text'),
  field('operationName', 'Operation', 'text'),
  field('at', 'Time', 'time'),
  field('resourceId', 'Row', 'id'),
  field('requestId', 'Request', 'id'),
];

export const DENIAL_FILTERS: readonly FilterField[] = [
  field('code', 'Code', 'text'),
  field('field', 'Field', 'text'),
  field('minute', 'Time', 'time'),
  field('keyId', 'Key', 'id'),
];

export const DELIVERY_FILTERS: readonly FilterField[] = [
  field('status', 'Status', 'enum', ['SUCCEEDED', 'REJECTED', 'TIMED_OUT', 'UNREACHABLE', 'FORBIDDEN_TARGET']),
  field('at', 'Time', 'time'),
  field('webhookId', 'Webhook', 'id'),
];

export const ACCESS_FILTERS: readonly FilterField[] = [
  field('keyName', 'Master key', 'text'),
  field('operationName', 'Operation', 'text'),
  field('reason', 'Reason', 'text'),
  field('createdAt', 'Time', 'time'),
  field('requestId', 'Request', 'id'),
];

/** A page of a log of master key operations, newest first. @param accountId null for all accounts. */
export function accessVariables(parameters: URLSearchParams, accountId: string | null) {
  const { deleted: _, ...page } = pageVariables({ filters: ACCESS_FILTERS, orders: [] }, parameters, accountId);
  return { ...page, orderBy: { field: 'createdAt', direction: 'DESC' } as const };
}
