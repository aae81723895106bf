/** The frame of every form: problems, the reason for master keys, the buttons. */
import { useEffect, useRef, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { Change } from '../graphql/use-change';
import { setReason, useSession } from '../session/session';
import { useViewer } from '../session/viewer';
import { ProblemList } from '../ui/states';

/** The gateway requires a reason for changes of a master key, which the audit log shows to the account. */
function ReasonField() {
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
        Recorded in the audit log with your master key, and visible to the account. Remembered in this tab.
      </span>
    </label>
  );
}

interface FormProps {
  readonly change: Change;
  /** The label of the button. */
  readonly action: string;
  readonly isDangerous?: boolean;
  readonly onSubmit: () => void;
  readonly onCancel: () => void;
  readonly children: ReactNode;
  /** Shown next to problems: how to solve them. */
  readonly cure?: ReactNode;
  /** Offered if somebody else has changed the row in the meantime. */
  readonly readAgain?: () => void;
}

export function Form({
  change,
  action,
  isDangerous = false,
  onSubmit,
  onCancel,
  children,
  cure,
  readAgain,
}: FormProps) {
  const { isBusy, problems } = change;
  const isOutdated = problems.some(({ code }) => code === 'VERSION_CONFLICT');
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (problems.length > 0) top.current?.scrollIntoView({ block: 'nearest' });
  }, [problems]);
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) onSubmit();
      }}
    >
      <div ref={top}>
        <ProblemList problems={problems} />
        {problems.length > 0 && cure}
        {isOutdated && readAgain && (
          <Button className="button" onPress={readAgain}>
            Discard my changes and reload
          </Button>
        )}
      </div>
      {children}
      <ReasonField />
      <div className="actions">
        <Button type="submit" className={`button ${isDangerous ? 'danger' : 'primary'}`}>
          {isBusy ? 'Working…' : action}
        </Button>
        <Button className="button" onPress={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
