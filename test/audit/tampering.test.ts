/** The table of tamperings in docs/audit.md is what the verifiers report; `WRITE_DOCS=1` updates it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { StoredEvent } from '../../src/audit/canonical';
import { signCheckpoint, type SignedCheckpoint } from '../../src/audit/checkpoint';
import { jsonLine } from '../../src/audit/export';
import { trustedPointsIn, linesOf, verifyExport } from '../../src/audit/verify-export';
import { readEvents } from '../../src/audit/event-reader';
import { verifyDatabase } from '../../src/audit/verify-database';
import type { ChainProblem } from '../../src/audit/verify-chain';
import { Signer } from '../../src/auth/signer';
import { asAuditor } from '../../src/db/archive-store';
import type { Tenant } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import { connected } from '../harness/sql';
import { createTool, ERASE, UPDATE_TOOL, VERIFY } from './harness';
import { TAMPERINGS, type Tampering } from './tamperings';

const SECRET = Buffer.alloc(32, 9);
const signer = new Signer(SECRET);
let account: Tenant;
let original: StoredEvent[];
let end: SignedCheckpoint;
let file: string[];

const exported = (events: readonly StoredEvent[], after?: StoredEvent): string[] =>
  events.map((event, index) => jsonLine(event, (index === 0 ? after : events[index - 1])?.hash ?? null));
const signedEnd = (event: StoredEvent | undefined): SignedCheckpoint => {
  if (!event) throw new Error('No event');
  return signCheckpoint(signer, event);
};
const endLine = (checkpoint: SignedCheckpoint): string => JSON.stringify({ checkpoint });

async function* stream(lines: readonly string[]): AsyncGenerator<string> {
  // In chunks, like a file, regardless of lines.
  const text = lines.map((line) => `${line}\n`).join('');
  for (let place = 0; place < text.length; place += 1000) yield text.slice(place, place + 1000);
}

const auditor = <T>(work: Parameters<typeof asAuditor<T>>[1]): Promise<T> =>
  asAuditor(tenants.database.operatorUrl, work);

async function eventsOf(): Promise<StoredEvent[]> {
  return auditor(async (ask) => {
    const events: StoredEvent[] = [];
    for await (const event of readEvents(ask, account.accountId)) events.push(event);
    return events;
  });
}

const tenants = setupTwoTenants({ secret: SECRET });

beforeAll(async () => {
  account = await tenants.createAccount('tampered');
  const id = await createTool(account, 'probe');
  const update = async (from: number, to: number): Promise<void> => {
    for (let n = from; n < to; n += 1)
      await account.ask(UPDATE_TOOL, { id, input: { description: `version ${n} “ü” \u2028 {"a": "b}"}` } });
  };
  await update(1, 4);
  const forgotten = await createTool(account, 'forgotten');
  await account.ask(UPDATE_TOOL, { id: forgotten, input: { description: 'of a person' } });
  await account.ask(ERASE, { id: forgotten, type: 'Tool' });
  await update(4, 7);
  original = await eventsOf();
  end = signedEnd(original.at(-1));
  file = [...exported(original), endLine(end)];
});

const EVENTS = `FROM jsonb_to_recordset($1) AS t ("accountId" uuid, sequence bigint, at timestamptz, "actorKind" text, "actorId" text,
      "actorName" text, "requestId" text, address text, "operationName" text, reason text, action text, "resourceType" text,
      "resourceId" text, hash text, form smallint, "beforeDigest" text, "afterDigest" text, images jsonb)`;
const STORE = [
  `INSERT INTO audit_event SELECT t."accountId", t.sequence, t.at, t."actorKind", t."actorId", t."actorName", t."requestId",
    t.address, t."operationName", t.reason, t.action, t."resourceType", t."resourceId", decode(t.hash, 'hex'), t.form,
    decode(t."beforeDigest", 'hex'), decode(t."afterDigest", 'hex') ${EVENTS}`,
  `INSERT INTO audit_image SELECT t."accountId", t.sequence, decode(t.images ->> 'beforeSalt', 'hex'), (t.images ->> 'before')::json,
    decode(t.images ->> 'afterSalt', 'hex'), (t.images ->> 'after')::json ${EVENTS} WHERE t.images <> 'null'`,
];

async function insert(client: Client, events: string): Promise<void> {
  for (const statement of STORE) await client.query(statement, [events]);
}

/** Replaces the account's events as superuser. @returns why the database refused, if it did. */
const store = (events: readonly StoredEvent[]): Promise<string | null> =>
  connected(tenants.database.superuserUrl, async (client) => {
    await client.query(
      `BEGIN; ${['audit_event', 'audit_image']
        .map(
          (table) =>
            `DELETE FROM ${table} WHERE account_id = '${account.accountId}' OR account_id::text LIKE '01890000%'`,
        )
        .join('; ')}`,
    );
    const refused = await insert(client, JSON.stringify(events)).then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : 'refused'),
    );
    await client.query(refused === null ? 'COMMIT' : 'ROLLBACK');
    return refused;
  });

const words = (fault: Pick<ChainProblem, 'kind' | 'sequence'> | null | undefined): string =>
  fault ? `${fault.kind}, ${fault.sequence}` : 'intact';

async function byQuery(checkpoint?: SignedCheckpoint): Promise<string> {
  const { publicKey: _key, accountId: _account, ...given } = checkpoint ?? end;
  const { data, errors } = await account.send<{
    verifyAudit: { fault: ChainProblem['kind'] | null; faultSequence: number };
  }>(VERIFY, { checkpoint: checkpoint ? given : null });
  if (errors.length > 0) return errors[0]?.extensions.code ?? '';
  const { fault, faultSequence } = data.verifyAudit;
  return words(fault && { kind: fault, sequence: faultSequence });
}

/** The result of `npm run audit -- verify`. */
const beside = (against: readonly string[] = []): Promise<string> =>
  auditor(async (ask) => {
    const anchors = trustedPointsIn(linesOf(stream(against)), account.accountId);
    return words((await verifyDatabase(ask, account.accountId, signer.publicKey, anchors)).problem);
  });

/** The result of `npm run audit -- verify --file` and `portcullis audit verify FILE`. */
async function offline(lines: readonly string[]): Promise<string> {
  const verdicts = await verifyExport(linesOf(stream(lines)), signer.publicKey);
  if (verdicts.length === 0) return 'has no events';
  return words(verdicts.find(({ accountId }) => accountId === account.accountId)?.problem);
}

type Row = readonly [name: string, ...verdicts: string[]];

async function rowOf({ name, events, withoutEnd }: Tampering): Promise<Row> {
  const tampered = events(original);
  const refused = await store(tampered);
  if (refused !== null) expect(refused).toMatch(/audit_(event|image)_pkey/);
  const online =
    refused === null
      ? [await byQuery(), await byQuery(end), await beside(), await beside(file)]
      : Array<string>(4).fill('refused');
  return [name, ...online, await offline([...exported(tampered), ...(withoutEnd ? [] : [endLine(end)])])];
}

const DOCS = join(__dirname, '../../docs/audit.md');
const MARKS = ['<!-- tamperings: npm run docs:tamperings -->', '<!-- end of tamperings -->'] as const;

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const [head = '', ...rest] = rows.map(
    (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  );
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rest].join('\n');
}

it('every tampering is reported by the verifiers as docs/audit.md says', async () => {
  const rows: Row[] = [];
  for (const tampering of TAMPERINGS) rows.push(await rowOf(tampering));
  await store(original);
  const missed = rows.filter(([, ...verdicts]) => verdicts.every((one) => one === 'intact')).map(([name]) => name);
  // No chain can reveal this; docs/audit.md says so.
  expect(missed).toEqual(['nothing']);
  const head = [
    'tampering',
    '`verifyAudit`',
    'with a checkpoint',
    '`audit -- verify`',
    '`--against` an export',
    'offline, in the export',
  ];
  const printed = `${MARKS[0]}\n\n${table([head, ...rows])}\n\n${MARKS[1]}`;
  const docs = readFileSync(DOCS, 'utf8');
  const start = docs.indexOf(MARKS[0]);
  const written = docs.slice(start, docs.indexOf(MARKS[1]) + MARKS[1].length);
  if (process.env['WRITE_DOCS'] === '1')
    writeFileSync(
      DOCS,
      docs.replace(written, () => printed),
    );
  else expect(written).toBe(printed);
});

describe('an archive followed by a later export', () => {
  const joined = (archive: readonly string[], rest: readonly string[]): Promise<string> =>
    offline([...archive, ...rest]);
  const part = (from: number, to: number): string[] => {
    const events = original.slice(from - 1, to);
    return [...exported(events, original[from - 2]), endLine(signedEnd(events.at(-1)))];
  };
  const edit = (lines: readonly string[], place: number): string[] =>
    lines.map((line, n) => (n === place ? line.replace('"reason":', '"reason": ') : line));

  it('verify together and separately, whether or not they overlap', async () => {
    expect(await offline(part(1, 9))).toBe('intact');
    for (const from of [5, 9, 10]) {
      expect(await offline(part(from, 12))).toBe('intact');
      expect(await joined(part(1, 9), part(from, 12))).toBe('intact');
    }
    const verdicts = await verifyExport(linesOf(stream([...part(1, 9), ...part(5, 12)])), signer.publicKey);
    expect(verdicts).toMatchObject([{ checked: original.length, start: null, problem: null }]);
  });

  it('need the ERASE event of rows that are erased in them, in either file', async () => {
    expect(await offline(part(1, 8))).toBe('IMAGE_MISSING, 7');
    expect(await joined(part(1, 8), part(9, 12))).toBe('intact');
    expect(await joined(part(1, 8), part(7, 12))).toBe('intact');
  });

  it('reveal a change in either', async () => {
    const rewritten = (from: number): string[] => {
      const events = TAMPERINGS.find(({ name }) => name.startsWith('rewrite the whole'))?.events(original) ?? [];
      return [...exported(events.slice(from - 1), events[from - 2]), endLine(signedEnd(events.at(-1)))];
    };
    expect(await joined(edit(part(1, 9), 6), part(10, 12))).toBe('EDITED, 7');
    expect(await joined(part(1, 9), edit(part(10, 12), 1))).toBe('EDITED, 11');
    expect(await joined(part(1, 9).slice(0, -1), part(10, 12))).toBe('intact');
    expect(await joined(part(1, 8), part(10, 12))).toBe('MISSING, 9');
    expect(await joined(part(1, 9), part(10, 12).slice(0, -1))).toBe('TRUNCATED, 13');
    expect(await joined(part(1, 9), rewritten(10))).toBe('EDITED, 10');
    expect(await joined(part(1, 9), rewritten(5))).toBe('REWRITTEN, 9');
    expect(await joined(part(1, 12), part(3, 8))).toBe('OUT_OF_ORDER, 8');
  });
});
