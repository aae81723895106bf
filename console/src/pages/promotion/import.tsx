/** Imports a bundle: planned, reviewed, completed with its secrets, applied exactly as planned, and undone. */
import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { Form } from '../../forms/form';
import { useAsk } from '../../graphql/use-ask';
import { useChange } from '../../graphql/use-change';
import { ActionDialog } from '../../ui/dialog';
import { NotOffered, ProblemList, Failure, Loading } from '../../ui/states';
import { Changes, Summary } from './changes';
import { APPLY, PLAN, UNDO, UNDO_PLAN, type Plan } from './documents';
import { Source } from './source';

interface UndoProps {
  readonly accountId: string;
  readonly importId: string;
  readonly onUndone: () => void;
}

function UndoForm({ accountId, importId, onUndone, close }: UndoProps & { readonly close: () => void }) {
  const change = useChange();
  const { data, error } = useQuery(UNDO_PLAN, { variables: { accountId, importId }, fetchPolicy: 'network-only' });
  const submit = async () => {
    if (!(await change.run(UNDO, { accountId, importId }))) return;
    close();
    onUndone();
  };
  return (
    <Form change={change} action="Undo the import" isDangerous onSubmit={() => void submit()} onCancel={close}>
      {data ? <Changes changes={data.undoPlan.changes} /> : error ? <Failure error={error} /> : <Loading />}
    </Form>
  );
}

function Undo(props: UndoProps) {
  return (
    <div className="notice good" role="status">
      <p>The import was applied completely.</p>
      <ActionDialog action="Undo" title="Undo this import?">
        {(close) => <UndoForm {...props} close={close} />}
      </ActionDialog>
    </div>
  );
}

type Secrets = Readonly<Record<string, string>>;

function PlanProblems({ plan }: { readonly plan: Plan }) {
  const { conflicts, missing, warnings } = plan;
  const problems = [...conflicts, ...missing];
  return (
    <>
      {problems.length > 0 && (
        <ul className="notice danger" role="alert">
          {problems.map(({ message, path, line }) => (
            <li key={`${path} ${message}`}>
              {typeof line === 'number' && `Line ${line}: `}
              {message} <code>{path}</code>
            </li>
          ))}
        </ul>
      )}
      {warnings.map((warning) => (
        <p key={warning} className="notice warning">
          {warning}
        </p>
      ))}
    </>
  );
}

interface SecretFieldsProps {
  readonly plan: Plan;
  readonly secrets: Secrets;
  readonly onChange: (secrets: Secrets) => void;
  /** Plans with the secrets; the plan that is applied is the one that was reviewed. */
  readonly onGiven: () => void;
}

function SecretFields({ plan, secrets, onChange, onGiven }: SecretFieldsProps) {
  const names = [...new Set(plan.missingSecrets.map(({ name }) => name))];
  if (names.length === 0) return null;
  return (
    <fieldset className="group">
      <legend className="label">Secrets that the bundle leaves out</legend>
      {names.map((name) => (
        <label key={name} className="field">
          <span className="label">{name}</span>
          <input
            type="password"
            autoComplete="off"
            value={secrets[name] ?? ''}
            onChange={(event) => onChange({ ...secrets, [name]: event.target.value })}
          />
        </label>
      ))}
      <Button className="button primary" onPress={onGiven}>
        Plan with these secrets
      </Button>
    </fieldset>
  );
}

const given = (secrets: Secrets) =>
  Object.entries(secrets)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ name, value }));

function usePlan(accountId: string) {
  const { ask, problems } = useAsk();
  const [plan, setPlan] = useState<Plan | null>(null);
  const make = async (bundle: string, prune: boolean, secretNames: string[]) => {
    const data = await ask(PLAN, { accountId, bundle, prune, secretNames });
    setPlan(data?.planImport ?? null);
  };
  return { plan, problems, make, drop: () => setPlan(null) };
}

export function Import({ accountId, slug }: { readonly accountId: string; readonly slug: string }) {
  const change = useChange();
  const { plan, problems, make, drop } = usePlan(accountId);
  const [bundle, setBundle] = useState('');
  const [prune, setPrune] = useState(false);
  const [secrets, setSecrets] = useState<Secrets>({});
  const [importId, setImportId] = useState<string | null>(null);

  const edit = (text: string) => {
    drop();
    setSecrets({});
    setBundle(text);
  };
  const makePlan = () =>
    void make(
      bundle,
      prune,
      given(secrets).map(({ name }) => name),
    );
  const apply = async () => {
    if (!plan) return;
    const variables = { accountId, bundle, prune, planHash: plan.hash, secrets: given(secrets) };
    const data = await change.run(APPLY, variables);
    if (!data) return;
    setImportId(data.applyImport.importId);
    setSecrets({});
    drop();
  };
  return (
    <section aria-labelledby="import">
      <h2 id="import">Import into {slug}</h2>
      {importId !== null && <Undo accountId={accountId} importId={importId} onUndone={() => setImportId(null)} />}
      <Source bundle={bundle} onChange={edit} />
      <label className="check">
        <input
          type="checkbox"
          checked={prune}
          onChange={(event) => {
            drop();
            setPrune(event.target.checked);
          }}
        />{' '}
        Delete what the bundle does not name, in sections that it holds in full
      </label>
      <ProblemList problems={problems} />
      <p className="actions">
        <Button className="button primary" isDisabled={bundle.trim() === ''} onPress={makePlan}>
          Plan
        </Button>
      </p>
      {plan && (
        <div className="plan" aria-live="polite">
          <h3>The plan</h3>
          <Summary summary={plan.summary} />
          <PlanProblems plan={plan} />
          <SecretFields plan={plan} secrets={secrets} onChange={setSecrets} onGiven={makePlan} />
          <Changes changes={plan.changes} />
          {plan.applicable ? (
            <Form change={change} action={`Apply to ${slug}`} onSubmit={() => void apply()} onCancel={drop}>
              <p className="muted">Everything exactly as above, or nothing if the account has changed meanwhile.</p>
            </Form>
          ) : (
            <NotOffered why="This plan cannot be applied yet: see above what is missing or in conflict." />
          )}
        </div>
      )}
    </section>
  );
}
