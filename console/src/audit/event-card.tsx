/** One event of the audit log: who did what, why, and the values before and after. */
import { Badge } from '../ui/badge';
import { CopyText } from '../ui/copy-text';
import { Diff } from '../ui/diff';
import { Time } from '../ui/time';
import type { AuditEvent } from './events';

export function EventDetails({ event }: { readonly event: AuditEvent }) {
  const { changes, erased, requestId, address, operationName } = event;
  return (
    <div className="event-details">
      {erased ? <p className="muted">What it recorded was erased.</p> : <Diff changes={changes} />}
      <p className="details">
        {operationName !== null && <span>Operation {operationName} </span>}
        {address !== null && <span>from {address} </span>}
        {requestId !== null && <CopyText label="Request" text={requestId} />}
      </p>
    </div>
  );
}

export function EventHead({ event }: { readonly event: AuditEvent }) {
  const { at, action, actorName, actorKind, reason } = event;
  return (
    <span className="event-head">
      <Time at={at} isExact /> <Badge value={action} /> <span>{actorName}</span>{' '}
      {actorKind !== 'ACCOUNT' && <span className="badge">{actorKind}</span>}
      {reason !== null && <q>{reason}</q>}
    </span>
  );
}
