/**
 * `npm run faults`: 16 writers and every kind of fault; no acknowledged change may be lost, duplicated or falsified.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { withTable } from '../../src/cli/tools/tables';
import { cleanUp } from '../start/gateway-program';
import { CONTROLS, FAULTS } from './harness/faults';
import { asTable, isSound, rowsOf, totalOf, type Row } from './harness/report';
import { runFaults, type RunResult } from './harness/run';

const HELP = `Usage: npm run faults -- [options]

  --writes N    acknowledged writes in all (default 20000)
  --seed N      which changes are sent and whom the faults meet; not who is faster (default: a new one)
  --only TEXT   only the faults whose names contain it
  --json        print the table as JSON, with every finding
  --write       put the table into docs/operations/faults.md
`;

const PAGE = resolve(__dirname, '../../docs/operations/faults.md');
const HOLD_MS = 3_000;
const STRIKES = 2;
/** Writes in each control run. */
const CONTROL_WRITES = 500;

const { values } = parseArgs({
  options: {
    writes: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const chosen = ({ name }: { readonly name: string }): boolean => name.includes(values.only);
const seed = Number(values.seed);
const common = { seed, holdMs: HOLD_MS, progress: say };

/** @returns the rows of the controls; those that reported nothing are among the failures. */
async function runControls(): Promise<{ rows: Row[]; failures: string[] }> {
  const rows: Row[] = [];
  const failures: string[] = [];
  for (const { fault, preload } of CONTROLS.filter((control) => chosen(control.fault))) {
    const options = { ...common, preload, faults: [fault], writes: CONTROL_WRITES, strikes: 1 };
    const { entries, findings } = await runFaults(options);
    const own = rowsOf(entries, findings).filter((row) => row.fault === fault.name);
    rows.push(...own);
    if (own.every(isSound)) failures.push(`${fault.name}: nothing was reported`);
  }
  return { rows, failures };
}

function publish(table: string, minutes: number): void {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, Node ${process.version}`;
  const time = new Date().toISOString().slice(0, 16).replace('T', ' ');
  const run = `\`npm run faults -- --writes ${values.writes} --seed ${seed}\`: ${time} UTC, ${machine}, ${minutes} minutes.`;
  writeFileSync(PAGE, withTable(readFileSync(PAGE, 'utf8'), 'faults', `${run}\n\n${table}`));
}

const followersText = (followed: RunResult['followed']): string => {
  const sum = (name: 'events' | 'connections'): number => followed.reduce((total, each) => total + each[name], 0);
  return `${followed.length} followers of the audit log received ${sum('events')} events over ${sum('connections')} connections: each has the stored chain, nothing missing and nothing twice, unless it says otherwise below.`;
};

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const began = performance.now();
  // Controls run first: if the harness does not report their faults, the rest is pointless.
  const controls = await runControls();
  const faults = FAULTS.filter(chosen);
  const options = { ...common, faults, writes: Number(values.writes), strikes: STRIKES };
  const nothing: RunResult = { entries: [], findings: [], failures: [], followed: [] };
  const { entries, findings, failures, followed } = faults.length > 0 ? await runFaults(options) : nothing;
  const rows = rowsOf(entries, findings);
  const problems = [...failures, ...controls.failures];
  const minutes = Math.ceil((performance.now() - began) / 60_000);
  const all = [...rows, ...(rows.length > 1 ? [totalOf(rows)] : []), ...controls.rows];
  process.stdout.write(
    values.json ? `${JSON.stringify({ seed, rows: all, findings, problems }, null, 2)}\n` : `${asTable(all)}\n`,
  );
  say(followersText(followed));
  for (const { fault, kind, marker, text } of findings.slice(0, 40)) say(`${fault}: ${kind}: ${marker}: ${text}`);
  problems.forEach(say);
  if (values.write) publish(`${followersText(followed)}\n\n${asTable(all)}`, minutes);
  return rows.every(isSound) && problems.length === 0 ? 0 : 1;
}

main()
  .finally(cleanUp)
  .then(
    (code) => process.exit(code),
    (error: unknown) => {
      say(error instanceof Error ? (error.stack ?? error.message) : String(error));
      process.exit(2);
    },
  );
