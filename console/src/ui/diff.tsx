/** Values before and after, one line each; long ones below each other. */

export interface FieldChange {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === null || value === undefined ? '' : JSON.stringify(value, null, 2);

function Value({ value, isAdded }: { readonly value: unknown; readonly isAdded: boolean }) {
  if (value === null || value === undefined) return null;
  const text = textOf(value);
  return isAdded ? <ins>{text}</ins> : <del>{text}</del>;
}

export function Diff({ changes }: { readonly changes: readonly FieldChange[] }) {
  if (changes.length === 0) return <p className="muted">No value changed.</p>;
  return (
    <table className="diff">
      <thead className="visually-hidden">
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Before and after</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ path, before, after }) => (
          <tr key={path}>
            <th scope="row">
              <code>{path}</code>
            </th>
            <td>
              <Value value={before} isAdded={false} />
              <Value value={after} isAdded />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
