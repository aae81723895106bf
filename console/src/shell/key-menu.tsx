/** The menu of this tab's key: its holder, its permissions, the recorded reason, the colour scheme, and signing out. */
import { useState } from 'react';
import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { useNavigate } from 'react-router';
import { setReason, signOut, useSession } from '../session/session';
import { useViewer } from '../session/viewer';

const STORED = 'portcullis.theme';
const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

const isTheme = (text: string | null): text is Theme => THEMES.some((theme) => theme === text);

function storedTheme(): Theme {
  const stored = localStorage.getItem(STORED);
  return isTheme(stored) ? stored : 'system';
}

function apply(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

apply(storedTheme());

function ThemeChoice() {
  const [theme, setTheme] = useState(storedTheme);
  const choose = (chosen: Theme) => {
    localStorage.setItem(STORED, chosen);
    apply(chosen);
    setTheme(chosen);
  };
  return (
    <fieldset className="choice">
      <legend className="label">Colours</legend>
      {THEMES.map((each) => (
        <label key={each} className="check">
          <input type="radio" name="theme" checked={theme === each} onChange={() => choose(each)} /> {each}
        </label>
      ))}
    </fieldset>
  );
}

export function KeyMenu() {
  const { kind, key, role, permissions, warnings } = useViewer();
  const { reason, isKept } = useSession();
  const navigate = useNavigate();
  // The next key may belong to another account, for which this address has no meaning.
  const leave = (): void => {
    void navigate('/');
    signOut(null);
  };
  return (
    <DialogTrigger>
      <Button className="button key-button" aria-label={`Key: ${key.name}, ${role}`}>
        <span className="key-name">{key.name}</span> <span className="badge">{role}</span>
      </Button>
      <Popover className="popover wide" placement="bottom end">
        <Dialog aria-label="This key" className="popover-body pad">
          <p>
            <strong>{key.name}</strong> <code>{key.preview}</code>
          </p>
          <p className="muted">
            {isKept ? 'Kept in this browser until you sign out.' : 'Kept until you close this tab.'}
          </p>
          {warnings.map((warning) => (
            <p key={warning} className="muted">
              {warning}
            </p>
          ))}
          {kind === 'MASTER' && (
            <label className="field">
              <span className="label">Reason, recorded in the audit log</span>
              <input value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
            </label>
          )}
          <details>
            <summary>Permissions ({permissions.length})</summary>
            <p className="permissions">{permissions.join(', ')}</p>
          </details>
          <ThemeChoice />
          <p className="actions">
            <a className="button" href="/graphiql" target="_blank" rel="opener">
              GraphiQL
            </a>
            <Button className="button" onPress={leave}>
              Sign out
            </Button>
          </p>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
