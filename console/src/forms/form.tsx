/** The frame of every form: what went wrong, the reason of a master key, the button. */
import { useEffect, useRef, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { Change } from '../graphql/use-change';
import { ProblemList } from '../ui/states';
import { ReasonField } from './reason-field';

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
}

export function Form({ change, action, isDangerous = false, onSubmit, onCancel, children, cure }: FormProps) {
  const { isBusy, problems } = change;
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
