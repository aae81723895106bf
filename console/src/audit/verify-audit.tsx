/** Verifies that the audit log is unchanged, and provides a signed checkpoint to store elsewhere. */
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { graphql } from '../generated';
import { useAsk } from '../graphql/use-ask';
import { useScope } from '../session/scope';
import { ActionDialog } from '../ui/dialog';
import { download } from '../ui/download';
import { ProblemList } from '../ui/states';
import { Time } from '../ui/time';
import { checkpointIn, type Checkpoint } from './checkpoint-file';
import { useVerification, type Verification } from './use-verification';

const CHECKPOINT = graphql(`
  query AuditCheckpoint($accountId: ID) {
    auditCheckpoint(accountId: $accountId) {
      sequence
      hash
      at
      publicKey
      signature
    }
  }
`);

/** The chain for everything that belongs to no account: master keys. */
const PLATFORM = { id: '00000000-0000-0000-0000-000000000000', slug: 'platform' };

interface Chain {
  readonly id: string;
  readonly slug: string;
}

/** Downloads the signed end of the chain. */
function useCheckpoint({ id: accountId, slug }: Chain) {
  const { ask, problems } = useAsk();
  const take = async () => {
    const data = await ask(CHECKPOINT, { accountId });
    if (!data) return;
    const { sequence, hash, at, publicKey, signature } = data.auditCheckpoint;
    const text = JSON.stringify({ accountId, sequence, hash, at, publicKey, signature }, null, 2);
    download(`${slug}-checkpoint-${sequence}.json`, `${text}\n`, 'application/json');
  };
  return { take, problems };
}

interface CheckpointFieldProps {
  readonly checkpoint: Checkpoint | null;
  readonly onChange: (checkpoint: Checkpoint | null) => void;
}

function CheckpointField({ checkpoint, onChange }: CheckpointFieldProps) {
  /** The name of a file that is not a checkpoint. */
  const [wrong, setWrong] = useState<string | null>(null);
  const take = async (file: File | undefined) => {
    const found = file ? checkpointIn(await file.text()) : null;
    setWrong(file && !found ? file.name : null);
    onChange(found);
  };
  return (
    <div className="field">
      <label>
        <span className="label">Compare with a checkpoint</span>
        <input
          type="file"
          accept=".json"
          aria-describedby="checkpoint-help"
          onChange={(event) => void take(event.target.files?.[0])}
        />
      </label>
      <div id="checkpoint-help">
        <p className="help">
          A file that was downloaded here before, or by <code>portcullis audit checkpoint</code>. With it, events that
          were rewritten or cut off are found, too.
        </p>
        {checkpoint && (
          <p>
            It says how the chain ended at event {checkpoint.sequence}, <Time at={checkpoint.at} isExact />.
          </p>
        )}
        {wrong !== null && (
          <p className="field-problem" role="alert">
            {wrong} is not a checkpoint. Choose another file.
          </p>
        )}
      </div>
    </div>
  );
}

function Result({ isRunning, checked, part }: Verification) {
  if (isRunning) return <p role="status">Verifying: {checked} events are intact so far…</p>;
  if (!part) return null;
  if (!part.intact)
    return (
      <div className="notice danger" role="alert">
        <p>
          <strong>The chain is not intact.</strong> {part.message}
        </p>
        <p>
          <code>{part.fault}</code> {part.faultSequence !== null && `at event ${part.faultSequence}`}. Intact before it:{' '}
          {checked}.
        </p>
      </div>
    );
  if (!part.complete) return <p role="status">{checked} events are intact; the others were not verified.</p>;
  return (
    <p className="notice good" role="status">
      {checked === 0 ? 'The audit log has no events yet.' : `All ${checked} events are intact.`}
    </p>
  );
}

function VerifyForm({ chain, close }: { readonly chain: Chain; readonly close: () => void }) {
  const [checkpoint, setCheckpoint] = useState<Checkpoint | null>(null);
  const { start, resume, ...state } = useVerification(chain.id);
  const end = useCheckpoint(chain);
  const isInterrupted = state.problems.length > 0 && state.checked > 0;
  return (
    <div className="form">
      <p>
        Each event contains the hash of the previous one. The gateway recomputes every hash, and reports the first event
        that was changed, moved or removed.
      </p>
      <CheckpointField checkpoint={checkpoint} onChange={setCheckpoint} />
      <ProblemList problems={[...state.problems, ...end.problems]} />
      <Result {...state} />
      <div className="actions">
        <Button
          className="button primary"
          isDisabled={state.isRunning}
          onPress={() => void (isInterrupted ? resume(checkpoint) : start(checkpoint))}
        >
          {isInterrupted ? 'Continue' : 'Verify all events'}
        </Button>
        <Button className="button" onPress={() => void end.take()}>
          Download a checkpoint
        </Button>
        <Button className="button" onPress={close}>
          Close
        </Button>
      </div>
      <p className="help">A checkpoint is the signed end of the chain. Store it where nobody can change it.</p>
    </div>
  );
}

/** A chain belongs to one account; across accounts, the chain of the platform is shown. */
export function VerifyAudit() {
  const { accountId, slug } = useScope();
  const chain = accountId === null ? PLATFORM : { id: accountId, slug };
  return (
    <ActionDialog action="Verify" title={`Verify the audit log of ${accountId === null ? 'the platform' : slug}`}>
      {(close) => (
        <>
          {accountId === null && (
            <p className="notice">
              Each account has its own chain: choose an account above to verify it. The chain of the platform has the
              events that belong to no account, such as those of master keys.
            </p>
          )}
          <VerifyForm chain={chain} close={close} />
        </>
      )}
    </ActionDialog>
  );
}
