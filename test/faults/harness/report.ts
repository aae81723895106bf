/** The result as a table for people and as JSON for programs. */
import { alignedTable } from '../../../src/cli/tools/tables';
import { FINDINGS, type Finding } from './check';
import type { Entry, Outcome } from './ledger';

export interface Row {
  readonly fault: string;
  readonly acknowledged: number;
  /** Attempts that got no answer, or one that says that the outcome is unknown. */
  readonly unknown: number;
  /** Attempts whose answer said that nothing was stored. */
  readonly refused: number;
  readonly lost: number;
  readonly doubled: number;
  readonly untrue: number;
  readonly missingAudit: number;
}

export function rowsOf(entries: readonly Entry[], findings: readonly Finding[]): Row[] {
  const names = [...new Set(entries.map(({ fault }) => fault))];
  return names.map((fault) => {
    const own = entries.filter((entry) => entry.fault === fault);
    const count = (outcome: Outcome): number => own.filter((entry) => entry.outcome === outcome).length;
    const found = (kind: Finding['kind']): number =>
      findings.filter((finding) => finding.kind === kind && finding.fault === fault).length;
    return {
      fault,
      acknowledged: count('acknowledged'),
      unknown: count('unknown'),
      refused: count('refused'),
      lost: found('lost'),
      doubled: found('doubled'),
      untrue: found('untrue'),
      missingAudit: found('missingAudit'),
    };
  });
}

export const isSound = (row: Row): boolean => FINDINGS.every((kind) => row[kind] === 0);

export const totalOf = (rows: readonly Row[]): Row => {
  const sum = (name: keyof Omit<Row, 'fault'>): number => rows.reduce((total, row) => total + row[name], 0);
  return {
    fault: 'all',
    acknowledged: sum('acknowledged'),
    unknown: sum('unknown'),
    refused: sum('refused'),
    lost: sum('lost'),
    doubled: sum('doubled'),
    untrue: sum('untrue'),
    missingAudit: sum('missingAudit'),
  };
};

export const asTable = (rows: readonly Row[]): string =>
  alignedTable(
    ['fault', 'acknowledged', 'unknown', 'refused', 'lost', 'doubled', 'untrue', 'missing audit'],
    rows.map(({ fault, ...counts }) => [fault, ...Object.values(counts).map(String)]),
  );
