/** Prints tables with the circumstances of the measurement and writes them into the documentation. */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { alignedTable, withTable } from '../../src/cli/tools/tables';
import type { Table } from './benchmark';

const PROJECT = join(__dirname, '../../..');
const startedAt = new Date();
const loadAtStart = loadavg()[0] ?? Number.NaN;

/** The date, the machine and how busy it was; figures mean nothing without these. */
function circumstances(name: string): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  const settings = Object.entries(process.env)
    .filter(([variable]) => variable.startsWith('BENCH_') && variable !== 'BENCH_BEFORE')
    .map(([variable, value]) => `${variable}=${value ?? ''} `)
    .join('');
  const time = startedAt.toISOString().slice(0, 16).replace('T', ' ');
  return `\`${settings}npm run bench -- ${name}\`: ${time} UTC, ${processors.length} × ${model}, Node ${process.version}, load average ${loadAtStart.toFixed(2)} before the start`;
}

/** A Markdown table below a sentence about the measurement. */
export const printed = (name: string, { summary, head, rows }: Table): string =>
  `${circumstances(name)}; ${summary}.\n\n${alignedTable(head, rows)}`;

/** Replaces the benchmark's table in its page. */
export function publish(name: string, table: Table): void {
  if (table.page === undefined) return;
  const path = join(PROJECT, table.page);
  const place = ['bench', name, ...(table.part === undefined ? [] : [table.part])].join(' ');
  writeFileSync(path, withTable(readFileSync(path, 'utf8'), place, printed(name, table)));
}
