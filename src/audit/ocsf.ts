/** Events in the Open Cybersecurity Schema Framework for SIEMs: API Activity (class 6003), one JSON line each. */
import type { StoredEvent } from './canonical';
import { imageText } from './erasures';

/** Schema: https://schema.ocsf.io/1.3.0/classes/api_activity. */
const OCSF_VERSION = '1.3.0';
const CATEGORY_UID = 6;
const CLASS_UID = 6003;
const OTHER = 99;
const INFORMATIONAL = 1;
const SUCCESS = 1;

const ACTIVITIES: Readonly<Record<string, readonly [id: number, name: string]>> = {
  CREATE: [1, 'Create'],
  UPDATE: [3, 'Update'],
  DELETE: [4, 'Delete'],
  PURGE: [4, 'Delete'],
};

/** user.type_id: account keys are services, master keys administrators, database users the system. */
const USER_TYPES: Readonly<Record<string, number>> = { account: 4, master: 2, database: 3 };

const image = (event: StoredEvent, which: 'before' | 'after'): unknown => {
  const text = imageText(event, which);
  return text === null || event.images === null ? text : (JSON.parse(text) as unknown);
};

/** Fields without a value are omitted. */
export function ocsfLine(event: StoredEvent): string {
  const [activityId, activityName] = ACTIVITIES[event.action] ?? [OTHER, event.action];
  return JSON.stringify({
    category_uid: CATEGORY_UID,
    category_name: 'Application Activity',
    class_uid: CLASS_UID,
    class_name: 'API Activity',
    activity_id: activityId,
    activity_name: activityName,
    type_uid: CLASS_UID * 100 + activityId,
    time: Date.parse(event.at),
    severity_id: INFORMATIONAL,
    status_id: SUCCESS,
    message: event.reason ?? undefined,
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'Portcullis', vendor_name: 'Portcullis' },
      log_name: 'audit',
      uid: `${event.accountId}/${event.sequence}`,
      sequence: event.sequence,
      tenant_uid: event.accountId,
      original_time: event.at,
      correlation_uid: event.requestId ?? undefined,
    },
    actor: {
      user: { name: event.actorName, uid: event.actorId ?? undefined, type_id: USER_TYPES[event.actorKind] ?? OTHER },
    },
    api: {
      operation: event.operationName ?? event.action,
      request: event.requestId === null ? undefined : { uid: event.requestId },
    },
    src_endpoint: event.address === null ? { name: 'database' } : { ip: event.address },
    resources: [{ type: event.resourceType, uid: event.resourceId }],
    unmapped: {
      action: event.action,
      hash: event.hash,
      before: image(event, 'before'),
      after: image(event, 'after'),
    },
  });
}
