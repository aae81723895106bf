/** One account: what is in it, and its life from active to closed and back. */
import { skipToken, useQuery } from '@apollo/client/react';
import type { TypedDocumentNode } from '@apollo/client';
import { Link, useParams } from 'react-router';
import { Form } from '../../forms/form';
import { graphql } from '../../generated';
import type { AccountPageQuery } from '../../generated/graphql';
import { useChange } from '../../graphql/use-change';
import { resourceOfType } from '../../resources/definitions';
import { useViewer, whyNot } from '../../session/viewer';
import { Badge } from '../../ui/badge';
import { CopyText } from '../../ui/copy-text';
import { ActionDialog } from '../../ui/dialog';
import { JsonView } from '../../ui/json-view';
import { ClosedPage, Page } from '../../ui/page';
import { Empty, Failure, Loading } from '../../ui/states';
import { Time } from '../../ui/time';

const ACCOUNT = graphql(`
  query AccountPage($slug: String!) {
    account(slug: $slug) {
      id
      slug
      name
      status
      metadata
      createdAt
      updatedAt
      counts {
        resourceType
        live
      }
    }
  }
`);

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

type Account = NonNullable<AccountPageQuery['account']>;

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
  effect: 'It is as it was: with its rows, and its keys accepted again.',
};

const STEPS: Readonly<Record<Account['status'], readonly Step[]>> = {
  ACTIVE: [SUSPENSION, CLOSURE],
  SUSPENDED: [REACTIVATION, CLOSURE],
  CLOSED: [REOPENING],
};

function Counts({ account }: { readonly account: Account }) {
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
  readonly account: Account;
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

export function AccountPage() {
  const closed = whyNot(useViewer(), 'master');
  const { slug = '' } = useParams();
  const { data, error } = useQuery(ACCOUNT, closed !== null ? skipToken : { variables: { slug } });
  if (closed !== null) return <ClosedPage title="Account" why={closed} />;
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  const { account } = data;
  const parent = { title: 'Accounts', to: '/all/accounts' };
  if (!account)
    return (
      <Page title="No such account" parent={parent}>
        <Empty title={`There is no account ${slug}.`} />
      </Page>
    );
  return (
    <Page
      title={account.name}
      parent={parent}
      actions={
        <>
          {STEPS[account.status].map((step) => (
            <ActionDialog
              key={step.action}
              action={step.action}
              title={`${step.action} ${account.name}?`}
              isDangerous={step.isDangerous ?? false}
            >
              {(close) => <StepForm account={account} step={step} close={close} />}
            </ActionDialog>
          ))}
          <Link className="button primary" to={`/${account.slug}/agents`}>
            Open
          </Link>
        </>
      }
    >
      <dl className="values">
        <div>
          <dt>Status</dt>
          <dd>
            <Badge value={account.status} />
          </dd>
        </div>
        <div>
          <dt>Short name</dt>
          <dd>{account.slug}</dd>
        </div>
        <div>
          <dt>ID</dt>
          <dd>
            <CopyText text={account.id} />
          </dd>
        </div>
        <div>
          <dt>Created</dt>
          <dd>
            <Time at={account.createdAt} isExact />
          </dd>
        </div>
      </dl>
      <h2>Rows</h2>
      <Counts account={account} />
      <h2>Metadata</h2>
      <JsonView value={account.metadata} label="Metadata" />
    </Page>
  );
}
