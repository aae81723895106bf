/** The frame of every form: what went wrong, the reason of a master key, the buttons. */
import { useEffect, useRef, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { Change } from '../graphql/use-change';
import { setReason, useSession } from '../session/session';
import { useViewer } from '../session/viewer';
import { ProblemList } from '../ui/states';

/** The gateway asks a master key why it changes something, and the audit log shows it to the account. */
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
  /** What the button does. */
  readonly action: string;
  readonly isDangerous?: boolean;
  readonly onSubmit: () => void;
  readonly onCancel: () => void;
  readonly children: ReactNode;
  /** Beside problems: what can be done about them. */
  readonly cure?: ReactNode;
  /** Offered when somebody else has changed the row meanwhile. */
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
