/** The lifecycle of an account, from active to closed and back; each step first shows what the account contains. */
import type { TypedDocumentNode } from '@apollo/client';
import { Form } from '../../forms/form';
import { graphql } from '../../generated';
import { useChange } from '../../graphql/use-change';
import { resourceOfType } from '../../resources/definitions';
import { ActionDialog } from '../../ui/dialog';
import type { OperatedAccount } from './account-query';

const SUSPEND = graphql(`
  mutation SuspendAccount($id: ID!) {
    suspendAccount(id: $id) {
      id
      status
    }
  }
`);
const REACTIVATE = graphql(`
  mutation ReactivateAccount($id: ID!) {
    reactivateAccount(id: $id) {
      id
      status
    }
  }
`);
const CLOSE = graphql(`
  mutation CloseAccount($id: ID!) {
    closeAccount(id: $id) {
      id
      status
    }
  }
`);
const REOPEN = graphql(`
  mutation RestoreAccount($id: ID!) {
    restoreAccount(id: $id) {
      id
      status
    }
  }
`);

interface Step {
  readonly action: string;
  readonly mutation: TypedDocumentNode<unknown, { id: string }>;
  readonly effect: string;
  readonly isDangerous?: boolean;
}

const SUSPENSION: Step = {
  action: 'Suspend',
  mutation: SUSPEND,
  effect: 'All its keys are refused at once, until it is reactivated. Nothing is deleted.',
  isDangerous: true,
};
const REACTIVATION: Step = {
  action: 'Reactivate',
  mutation: REACTIVATE,
  effect: 'Its keys are accepted again, except those that expired or were revoked.',
};
const CLOSURE: Step = {
  action: 'Close',
  mutation: CLOSE,
  effect: 'Its keys are refused, its rows are kept. It can be reopened.',
  isDangerous: true,
};
const REOPENING: Step = {
  action: 'Reopen',
  mutation: REOPEN,
  effect: 'Its rows are unchanged, and its keys are accepted again.',
};

const STEPS: Readonly<Record<OperatedAccount['status'], readonly Step[]>> = {
  ACTIVE: [SUSPENSION, CLOSURE],
  SUSPENDED: [REACTIVATION, CLOSURE],
  CLOSED: [REOPENING],
};

export function Counts({ account }: { readonly account: OperatedAccount }) {
  return (
    <ul className="counts">
      {account.counts.map(({ resourceType, live }) => (
        <li key={resourceType}>
          <strong>{live}</strong> {resourceOfType(resourceType)?.nouns ?? resourceType}
        </li>
      ))}
    </ul>
  );
}

function StepForm({
  account,
  step,
  close,
}: {
  readonly account: OperatedAccount;
  readonly step: Step;
  readonly close: () => void;
}) {
  const change = useChange();
  const submit = async () => {
    if (await change.run(step.mutation, { id: account.id })) close();
  };
  return (
    <Form
      change={change}
      action={`${step.action} ${account.slug}`}
      isDangerous={step.isDangerous ?? false}
      onSubmit={() => void submit()}
      onCancel={close}
    >
      <p>{step.effect} In it are:</p>
      <Counts account={account} />
    </Form>
  );
}

/** The actions of an operator that the current state of the account allows. */
export function AccountLife({ account }: { readonly account: OperatedAccount }) {
  return STEPS[account.status].map((step) => (
    <ActionDialog
      key={step.action}
      action={step.action}
      title={`${step.action} ${account.name}?`}
      isDangerous={step.isDangerous ?? false}
    >
      {(close) => <StepForm account={account} step={step} close={close} />}
    </ActionDialog>
  ));
}
