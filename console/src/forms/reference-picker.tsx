/** Chooses rows of a type by their names. */
import { skipToken, useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { labelOf } from '../resources/cell';
import type { Resource } from '../resources/definitions';
import { pageDocument } from '../resources/documents';
import { mayRead, useViewer } from '../session/viewer';
import { Failure } from '../ui/states';

interface ReferencePickerProps {
  readonly resource: Resource;
  readonly label: string;
  readonly accountId: string;
  readonly chosen: readonly string[];
  readonly isList: boolean;
  readonly onChange: (ids: readonly string[]) => void;
}

const SHOWN = 12;

export function ReferencePicker({ resource, label, accountId, chosen, isList, onChange }: ReferencePickerProps) {
  const [text, setText] = useState('');
  const viewer = useViewer();
  const document = pageDocument(resource, mayRead(viewer));
  const isNamed = resource.filters.some(({ name }) => name === 'name');
  const filter = isNamed && text !== '' ? { filter: { name: { contains: text } } } : {};
  const { data, previousData, error } = useQuery(document, { variables: { accountId, first: SHOWN, ...filter } });
  const ofChosen = useQuery(
    document,
    chosen.length === 0
      ? skipToken
      : {
          variables: { accountId, first: 100, filter: { id: { in: chosen } } },
        },
  );
  const found = (data ?? previousData)?.rows.nodes ?? [];
  const selected = (ofChosen.data ?? ofChosen.previousData)?.rows.nodes.filter(({ id }) => chosen.includes(id)) ?? [];
  const rows = [...selected, ...found.filter(({ id }) => !chosen.includes(id))];
  const toggle = (id: string) => {
    if (!isList) onChange([id]);
    else onChange(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id]);
  };
  return (
    <div className="picker">
      {error && <Failure error={error} />}
      {isNamed && (
        <input
          aria-label={`Find ${label}`}
          placeholder="Find by name…"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      )}
      <ul>
        {rows.map((row) => (
          <li key={row.id}>
            <label className="check">
              <input
                type={isList ? 'checkbox' : 'radio'}
                name={label}
                checked={chosen.includes(row.id)}
                onChange={() => toggle(row.id)}
              />{' '}
              {labelOf(row)}
            </label>
          </li>
        ))}
      </ul>
      {data?.rows.nodes.length === 0 && <p className="muted">There is none.</p>}
      {data?.rows.pageInfo.hasNextPage === true && <p className="muted">There are more: type a part of the name.</p>}
      {!isList && chosen.length > 0 && (
        <Button className="button small" onPress={() => onChange([])}>
          None
        </Button>
      )}
    </div>
  );
}
