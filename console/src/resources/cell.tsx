/** Shows a value of a row according to its kind, in a table or a detail view. */
import { Link } from 'react-router';
import { Badge } from '../ui/badge';
import { JsonView } from '../ui/json-view';
import { Time } from '../ui/time';
import { resourceOfType } from './definitions';
import type { RowField } from './resource-type';

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? `${value}` : '';

/** The name of a row. */
export function labelOf(row: unknown): string {
  if (!isRecord(row)) return '';
  const { name, cron, status, startedAt, id } = row;
  const run = [textOf(status), textOf(startedAt).slice(0, 16).replace('T', ' ')].join(' ').trim();
  return textOf(name) || textOf(cron) || run || textOf(id);
}

function RowLink({ row, type, scope }: { readonly row: unknown; readonly type: string; readonly scope: string }) {
  const resource = resourceOfType(type);
  if (!isRecord(row) || !resource) return null;
  return <Link to={`/${scope}/${resource.plural}/${textOf(row['id'])}`}>{labelOf(row)}</Link>;
}

/** A part of a row on one line: `anthropic claude-sonnet`. */
const partText = (part: Record<string, unknown>): string =>
  Object.entries(part)
    .filter(([name, value]) => name !== '__typename' && textOf(value) !== '')
    .map(([, value]) => textOf(value))
    .reverse()
    .join(' ');

interface CellProps {
  readonly field: RowField;
  readonly value: unknown;
  readonly scope: string;
  /** One line in a table; as much as needed in a detail view. */
  readonly isDetail?: boolean;
}

export function Cell({ field, value, scope, isDetail = false }: CellProps) {
  if (value === null || value === undefined) return <span className="muted">–</span>;
  if (Array.isArray(value)) {
    if (value.length === 0) return <span className="muted">none</span>;
    return (
      <span className={isDetail ? 'list' : 'one-line'}>
        {value.map((each: unknown, index) => (
          <span key={index} className="list-item">
            <Cell field={field} value={each} scope={scope} isDetail={isDetail} />
          </span>
        ))}
      </span>
    );
  }
  switch (field.kind) {
    case 'time':
      return <Time at={textOf(value)} isExact={isDetail} />;
    case 'enum':
      return <Badge value={textOf(value)} />;
    case 'boolean':
      return <span>{value === true ? 'yes' : 'no'}</span>;
    case 'link':
      return <RowLink row={value} type={field.target ?? ''} scope={scope} />;
    case 'object':
      return <span className={isDetail ? '' : 'one-line'}>{isRecord(value) ? partText(value) : ''}</span>;
    case 'json':
      return <JsonView value={value} label={field.label} />;
    case 'long-text':
      return <span className={isDetail ? 'prose' : 'one-line'}>{textOf(value)}</span>;
    default:
      return <span className={isDetail ? '' : 'one-line'}>{textOf(value)}</span>;
  }
}

/** `metadata.owner`, whose format reports and filters share. */
export function Owner({ metadata }: { readonly metadata: unknown }) {
  const owner = isRecord(metadata) ? metadata['owner'] : undefined;
  const team = isRecord(owner) ? textOf(owner['team']) : '';
  return team === '' ? <span className="muted">no owner</span> : <span>{team}</span>;
}
