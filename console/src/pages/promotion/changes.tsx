/** What an import does, row by row, with the values before and after. */
import { Badge } from '../../ui/badge';
import { Diff } from '../../ui/diff';
import type { ImportChange, Plan } from './documents';

export function Summary({ summary }: { readonly summary: Plan['summary'] }) {
  const { create, update, delete: removed, unchanged } = summary;
  return (
    <p className="summary">
      <Badge value="CREATE" /> {create} <Badge value="UPDATE" /> {update} <Badge value="DELETE" /> {removed}{' '}
      <span className="muted">unchanged {unchanged}</span>
    </p>
  );
}

export function Changes({ changes }: { readonly changes: readonly ImportChange[] }) {
  const shown = changes.filter(({ action }) => action !== 'UNCHANGED');
  if (shown.length === 0) return <p className="muted">Nothing would change.</p>;
  return (
    <ul className="changes">
      {shown.map(({ action, resourceType, name, fields }) => (
        <li key={`${resourceType} ${name} ${action}`}>
          <details open={shown.length <= 5}>
            <summary>
              <Badge value={action} /> <span className="muted">{resourceType}</span> {name}
            </summary>
            <Diff changes={fields} />
          </details>
        </li>
      ))}
    </ul>
  );
}
