/** From the review to a change: planned, reviewed, applied exactly as planned, and undone. */
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { Form } from '../../forms/form';
import { graphql } from '../../generated';
import type { PlannedAccessFragment } from '../../generated/graphql';
import { useAsk } from '../../graphql/use-ask';
import { useChange } from '../../graphql/use-change';
import { Badge } from '../../ui/badge';
import { DataTable, type Column } from '../../ui/data-table';
import { Empty, ProblemList } from '../../ui/states';
import { Time } from '../../ui/time';

graphql(`
  fragment PlannedAccess on AccessPlan {
    accountId
    hash
    changeId
    since
    evidenceFrom
    unrecorded
    changes {
      action
      keyId
      name
      role
      resourceTypes
      newRole
      newResourceTypes
      reason
    }
  }
`);

const PLAN = graphql(`
  query PlanAccess($accountId: ID) {
    accessPlan(accountId: $accountId) {
      ...PlannedAccess
    }
  }
`);

const APPLY = graphql(`
  mutation ApplyAccess($accountId: ID, $planHash: String!, $since: DateTime!) {
    applyAccessPlan(accountId: $accountId, planHash: $planHash, since: $since) {
      ...PlannedAccess
    }
  }
`);

const UNDO = graphql(`
  mutation UndoAccess($accountId: ID, $changeId: ID!) {
    undoAccessPlan(accountId: $accountId, changeId: $changeId) {
      ...PlannedAccess
    }
  }
`);

type Plan = PlannedAccessFragment;
type PlanChange = Plan['changes'][number];

const rights = (role: string, types: readonly string[] | null | undefined): string =>
  types ? `${role} on ${types.join(', ')}` : role;

const COLUMNS: readonly Column<PlanChange>[] = [
  { title: 'Key', cell: ({ name }) => name },
  { title: 'Change', cell: ({ action }) => <Badge value={action} /> },
  { title: 'Has', cell: ({ role, resourceTypes }) => rights(role, resourceTypes) },
  {
    title: 'Gets',
    cell: ({ action, newRole, newResourceTypes }) => (action === 'END' ? 'ends' : rights(newRole, newResourceTypes)),
  },
  { title: 'Why', cell: ({ reason }) => <span className="prose">{reason}</span> },
];

function Changes({ plan }: { readonly plan: Plan }) {
  return (
    <>
      <p className="muted">
        Counted is use since <Time at={plan.since} isExact />
        {plan.unrecorded > 0 && `; ${plan.unrecorded} operations were only counted, so no key is restricted`}.
      </p>
      <DataTable
        label="Changes"
        columns={COLUMNS}
        rows={plan.changes}
        keyOf={({ keyId }) => keyId}
        empty={<Empty title="Nothing to change: no key has unused rights, apart from keys that are never changed." />}
      />
    </>
  );
}

export function AccessPlan({ accountId }: { readonly accountId: string }) {
  const { ask, problems } = useAsk();
  const change = useChange();
  const [plan, setPlan] = useState<Plan | null>(null);
  const [applied, setApplied] = useState<Plan | null>(null);
  const [isUndone, setUndone] = useState(false);

  const makePlan = async () => {
    setApplied(null);
    setUndone(false);
    const data = await ask(PLAN, { accountId });
    setPlan(data?.accessPlan ?? null);
  };
  const apply = async () => {
    if (!plan) return;
    const data = await change.run(APPLY, { accountId, planHash: plan.hash, since: plan.since });
    if (!data) return;
    setApplied(data.applyAccessPlan);
    setPlan(null);
  };
  const undo = async () => {
    const changeId = applied?.changeId;
    if (typeof changeId === 'string' && (await change.run(UNDO, { accountId, changeId }))) setUndone(true);
  };

  return (
    <section aria-labelledby="plan">
      <h2 id="plan">Plan</h2>
      <ProblemList problems={problems} />
      {plan?.changes.length === 0 && <Changes plan={plan} />}
      {plan && plan.changes.length > 0 ? (
        <Form
          change={change}
          action={`Apply ${plan.changes.length} ${plan.changes.length === 1 ? 'change' : 'changes'}`}
          isDangerous
          onSubmit={() => void apply()}
          onCancel={() => setPlan(null)}
        >
          <Changes plan={plan} />
        </Form>
      ) : (
        <p>
          <Button className="button primary" onPress={() => void makePlan()}>
            Plan to remove unused rights
          </Button>
        </p>
      )}
      {applied && (
        <div className="notice good" role="status">
          <p>{isUndone ? 'Undone: every key has its previous rights.' : 'Applied.'}</p>
          {!isUndone && typeof applied.changeId === 'string' && (
            <Form change={change} action="Undo" onSubmit={() => void undo()} onCancel={() => setApplied(null)}>
              <Changes plan={applied} />
            </Form>
          )}
        </div>
      )}
    </section>
  );
}
