/** A short run of `npm run faults`. */
import { buildProgram, cleanUp } from '../start/gateway-program';
import { CONTROLS, FAULTS } from './harness/faults';
import { rowsOf } from './harness/report';
import { runFaults } from './harness/run';

beforeAll(() => buildProgram(), 60_000);
afterAll(() => cleanUp());

const SHORT = [
  'PostgreSQL SIGKILL',
  'answers to clients lost',
  'answer to COMMIT lost',
  'backends terminated',
  'nothing',
];
const CONTROL = 'control: tools are not audited';
const ALL = [...FAULTS, ...CONTROLS.map(({ fault }) => fault)];

it('faults lose, duplicate or falsify no acknowledged change, and a change without its audit event is reported', async () => {
  const { entries, findings, failures, followed } = await runFaults({
    seed: 17,
    holdMs: 300,
    strikes: 1,
    writes: Number(process.env['FAULTS_WRITES'] ?? 300),
    faults: [...SHORT, CONTROL].flatMap((name) => ALL.filter((fault) => fault.name === name)),
    progress: () => undefined,
  });
  const [planted, others] = [true, false].map((isPlanted) =>
    findings.filter(({ fault }) => (fault === CONTROL) === isPlanted),
  );
  expect([others, failures]).toEqual([[], []]);
  expect(new Set(planted?.map(({ kind }) => kind))).toEqual(new Set(['missingAudit']));
  const rows = rowsOf(entries, findings);
  expect(rows.map(({ fault }) => fault)).toEqual(expect.arrayContaining([...SHORT, CONTROL]));
  expect(rows.every(({ acknowledged }) => acknowledged > 0)).toBe(true);
  // Followers were disconnected, reconnected and have the whole chain; otherwise there would be failures.
  for (const { events, connections } of followed) expect(events > 100 && connections > 1).toBe(true);
  // Some answers were indeed lost.
  expect(rows.reduce((sum, { unknown }) => sum + unknown, 0)).toBeGreaterThan(0);
}, 120_000);
