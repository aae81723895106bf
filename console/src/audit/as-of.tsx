/** The state of a row at a time, from the audit log. */
import { skipToken, useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { graphql } from '../generated';
import { JsonView } from '../ui/json-view';
import { Empty, Failure, Loading } from '../ui/states';
import type { RowReference } from './history';

const AS_OF = graphql(`
  query RowAsOf($accountId: ID, $resourceType: String!, $id: ID!, $time: DateTime!) {
    asOf(accountId: $accountId, resourceType: $resourceType, id: $id, time: $time) {
      time
      erased
      row
    }
  }
`);

const pad = (number: number): string => `${number}`.padStart(2, '0');

/** In the format of a datetime-local field. */
function localTime(time: Date): string {
  const date = [time.getFullYear(), time.getMonth() + 1, time.getDate()].map(pad).join('-');
  return `${date}T${[time.getHours(), time.getMinutes(), time.getSeconds()].map(pad).join(':')}`;
}

export function AsOf({ accountId, resourceType, id }: RowReference) {
  const [text, setText] = useState(() => localTime(new Date()));
  const time = new Date(text);
  const isTime = !Number.isNaN(time.getTime());
  const { data, previousData, error } = useQuery(
    AS_OF,
    !isTime
      ? skipToken
      : {
          variables: { accountId, resourceType, id, time: time.toISOString() },
        },
  );
  const state = data ?? previousData;
  return (
    <>
      <label className="field short">
        <span className="label">Time, as on this computer’s clock</span>
        <input type="datetime-local" step="1" value={text} onChange={(event) => setText(event.target.value)} />
      </label>
      {!isTime && <p className="muted">Choose a date and a time.</p>}
      {error && <Failure error={error} />}
      {!state && !error && isTime && <Loading />}
      {state && !state.asOf && <Empty title="The row did not exist at that time." />}
      {state?.asOf?.erased === true && <Empty title="Its recorded data was erased." />}
      {state?.asOf && state.asOf.row === null && !state.asOf.erased && (
        <Empty title="The row did not exist at that time." />
      )}
      {state?.asOf?.row && <JsonView label="The row at that time" value={state.asOf.row} />}
    </>
  );
}
