/** Asks for a key and reports problems with it, before and after it is sent. */
import { useState, type SubmitEvent } from 'react';
import { Button } from 'react-aria-components';
import { createClient } from '../graphql/client';
import { useConnection } from '../graphql/connection';
import { localProblem, NO_ANSWER, problemsOf, type Problem } from '../graphql/problem';
import { ConnectionNotice } from '../ui/connection-notice';
import { ProblemList } from '../ui/states';
import { setReason, signIn, useSession } from './session';
import { VIEWER } from './viewer';

const KEY = /^pcl_(live|master)_[0-9a-f]{32}(?:[0-9a-f]{32})?_[A-Za-z0-9_-]+_[A-Za-z0-9]+$/;

/** What people paste: with quotes, with a header name or `Bearer` before it, with white space around it. */
const cleanedKey = (text: string): string =>
  text
    .trim()
    .replace(/^(x-api-key|authorization)\s*:\s*/i, '')
    .replace(/^bearer\s+/i, '')
    .replace(/^(["'])(.*)\1$/, '$2')
    .trim();

/** Null if it looks like a key. */
function keyProblem(key: string): string | null {
  if (key === '') return 'Enter a key.';
  if (KEY.test(key)) return null;
  const given = key.length > 12 ? `${key.length} characters that begin with “${key.slice(0, 9)}”` : `“${key}”`;
  return `This is not a key: it is ${given}. A key is one line that begins with pcl_live_ (of an account) or pcl_master_, and has five parts. Copy it whole.`;
}

export function SignIn() {
  const { ended, reason } = useSession();
  const connection = useConnection();
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [isBusy, setBusy] = useState(false);

  /** A gateway may require one for reading, too. */
  const needsReason = problems.some(({ code }) => code === 'REASON_REQUIRED');

  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = form.get('key');
    const key = cleanedKey(typeof text === 'string' ? text : '');
    const problem = keyProblem(key);
    if (problem !== null) {
      setProblems([localProblem(problem)]);
      return;
    }
    if (isBusy) return;
    setBusy(true);
    try {
      await createClient(key).query({ query: VIEWER });
      signIn(key, form.get('keep') === 'on');
    } catch (error) {
      setProblems(problemsOf(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className="sign-in">
      <form onSubmit={(event) => void submit(event)} noValidate>
        <h1>Portcullis</h1>
        <p className="muted">Sign in with the key of an account, or with a master key for all accounts.</p>
        <ConnectionNotice />
        {ended !== null && problems.length === 0 && (
          <div className="notice warning" role="alert">
            <strong>The session has ended.</strong> {ended}
          </div>
        )}
        {/* The notice above says more about a missing answer. */}
        <ProblemList problems={connection === 'up' ? problems : problems.filter((each) => each !== NO_ANSWER)} />
        <label className="field">
          <span className="label">Key</span>
          <input
            name="key"
            type="password"
            autoComplete="off"
            spellCheck={false}
            autoFocus
            aria-describedby="key-help"
            placeholder="pcl_live_… or pcl_master_…"
          />
        </label>
        <p className="help" id="key-help">
          It is kept until you close this tab, and sent only to this gateway.
        </p>
        {needsReason && (
          <label className="field">
            <span className="label">Reason, recorded in the audit log</span>
            <input value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
          </label>
        )}
        <label className="check">
          <input type="checkbox" name="keep" /> Keep it in this browser until I sign out
        </label>
        <Button type="submit" className="button primary wide">
          {isBusy ? 'Signing in…' : 'Sign in'}
        </Button>
      </form>
    </main>
  );
}
