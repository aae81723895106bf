/** Erases what the audit log contains about a row, after its name was typed; this cannot be undone. */
import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { Field } from '../forms/field';
import { Form } from '../forms/form';
import { inputField } from '../forms/values';
import { graphql } from '../generated';
import type { RecordedEventsQuery } from '../generated/graphql';
import { useChange } from '../graphql/use-change';
import { useSession } from '../session/session';
import { useViewer, whyNot } from '../session/viewer';
import { ActionDialog } from '../ui/dialog';
import { Empty, Failure, Loading, NotOffered } from '../ui/states';
import type { RowReference } from './history';

const RECORDED = graphql(`
  query RecordedEvents($accountId: ID, $resourceType: String!, $id: String!) {
    auditEvents(
      accountId: $accountId
      first: 100
      filter: { resourceType: { equals: $resourceType }, resourceId: { equals: $id } }
    ) {
      nodes {
        id
        action
        erased
      }
      pageInfo {
        hasNextPage
      }
    }
  }
`);

const ERASE = graphql(`
  mutation EraseHistory($accountId: ID, $resourceType: String!, $id: ID!, $reason: String!) {
    eraseHistory(accountId: $accountId, resourceType: $resourceType, id: $id, reason: $reason) {
      resourceId
      erasedEvents
    }
  }
`);

const REASON = inputField(
  'reason',
  'Reason',
  '3 to 500 characters. It stays in the audit log: do not name anyone in it.',
  { isRequired: true },
);

const events = (count: number): string => `${count} ${count === 1 ? 'event' : 'events'}`;

interface EraseProps {
  readonly of: RowReference;
  /** The name of the row, which the user has to type. */
  readonly name: string;
  /** The kind of row, for example `agent`. */
  readonly noun: string;
}

function WhatIsKept({ noun }: { readonly noun: string }) {
  return (
    <>
      <h3>What is kept</h3>
      <ul className="prose-list">
        <li>The {noun} itself, as it is now. Change it first: every later change records it again.</li>
        <li>The events: when, which action, by which key, from which address, for which reason. The chain verifies.</li>
        <li>The recorded data of other rows: erase each on its own page.</li>
        <li>
          Values replaced by an import (for its undo), and answers to repeated requests (for a day); both are encrypted.
        </li>
        <li>Earlier exports, archives and backups: delete them where they are stored.</li>
      </ul>
    </>
  );
}

interface EraseFormProps extends EraseProps {
  readonly close: () => void;
  /** A description of what would be erased. */
  readonly recorded: string;
  readonly onErased: (count: number) => void;
}

function EraseForm({ of, name, noun, recorded, close, onErased }: EraseFormProps) {
  const { kind } = useViewer();
  const session = useSession();
  const change = useChange();
  const [own, setOwn] = useState('');
  const [typed, setTyped] = useState('');
  const [isTried, setTried] = useState(false);
  /** A master key gives one reason for all of its changes. */
  const isMaster = kind === 'MASTER';
  const isConfirmed = typed.trim() === name.trim();
  const submit = async () => {
    setTried(true);
    if (!isConfirmed) return;
    const data = await change.run(ERASE, { ...of, reason: isMaster ? session.reason : own });
    if (data) onErased(data.eraseHistory.erasedEvents);
  };
  const confirmation = inputField('confirmation', `Type ${name} to confirm`, '', { isRequired: true });
  const problem = { path: [confirmation.name], message: `This is not ${name}.` };
  return (
    <Form
      change={change}
      action={`Erase the history of this ${noun}`}
      isDangerous
      onSubmit={() => void submit()}
      onCancel={close}
    >
      <p>
        The values before and after each change of <strong>{name}</strong> are removed from {recorded} of the audit log.
        Nobody can bring them back.
      </p>
      <WhatIsKept noun={noun} />
      {isMaster ? (
        <p className="help">The reason stays in the audit log: do not name anyone in it.</p>
      ) : (
        <Field
          field={REASON}
          value={own}
          accountId={of.accountId}
          problems={[]}
          onChange={(value) => setOwn(typeof value === 'string' ? value : '')}
        />
      )}
      <Field
        field={confirmation}
        value={typed}
        accountId={of.accountId}
        problems={isTried && !isConfirmed ? [problem] : []}
        onChange={(value) => setTyped(typeof value === 'string' ? value : '')}
      />
    </Form>
  );
}

interface StepsProps extends EraseProps {
  readonly close: () => void;
  /** Null if there is nothing to erase. */
  readonly recorded: string | null;
}

/** Asks for confirmation, erases, and reports how much was erased. */
function Steps({ recorded, ...props }: StepsProps) {
  const { noun, close } = props;
  // Erasing makes the page reload how much there is to erase, which is then nothing.
  const [before] = useState(recorded);
  const [erased, setErased] = useState<number | null>(null);
  if (erased === null && before !== null) return <EraseForm {...props} recorded={before} onErased={setErased} />;
  return (
    <>
      {erased === null ? (
        <Empty title={`The audit log has no data of this ${noun} to erase.`} />
      ) : (
        <p className="notice good" role="status">
          Erased from {events(erased)}. A new event says who did it and why.
        </p>
      )}
      <Button className="button primary" onPress={close}>
        Close
      </Button>
    </>
  );
}

function recordedIn({ nodes, pageInfo }: RecordedEventsQuery['auditEvents']): string | null {
  const count = nodes.filter(({ erased, action }) => !erased && action !== 'ERASE').length;
  if (pageInfo.hasNextPage) return `at least ${events(count)}`;
  return count === 0 ? null : events(count);
}

function Erasure(props: EraseProps & { readonly close: () => void }) {
  const { data, error } = useQuery(RECORDED, { variables: { ...props.of }, fetchPolicy: 'network-only' });
  if (!data) return error ? <Failure error={error} /> : <Loading />;
  return <Steps {...props} recorded={recordedIn(data.auditEvents)} />;
}

/** For administrators of the account and master keys; other keys see why it is not offered. */
export function EraseHistory(props: EraseProps) {
  const why = whyNot(useViewer(), 'audit:admin');
  if (why !== null) return <NotOffered why={`You cannot erase the history. ${why}`} />;
  return (
    <ActionDialog action="Erase the history" title={`Erase the history of ${props.name}?`} isDangerous>
      {(close) => <Erasure {...props} close={close} />}
    </ActionDialog>
  );
}
