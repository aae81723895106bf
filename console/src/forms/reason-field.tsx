/** Why a master key changes something: the gateway asks for it, and the audit log shows it to the account. */
import { setReason, useSession } from '../session/session';
import { useViewer } from '../session/viewer';

export function ReasonField() {
  const { kind } = useViewer();
  const { reason } = useSession();
  if (kind !== 'MASTER') return null;
  return (
    <label className="field">
      <span className="label">
        Reason<span className="needed"> needed</span>
      </span>
      <input value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
      <span className="help">
        Recorded in the audit log with your master key, and seen by the account. Kept for this tab.
      </span>
    </label>
  );
}
