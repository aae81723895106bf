/** doctor: finds common problems and explains how to fix each. */
import { Option } from 'commander';
import { diagnose } from '../doctor';
import { EXIT } from '../failures';
import type { Finding } from '../finding';
import { data, json } from '../output/print';
import { paintFor, visible } from '../output/text';
import { command, type Common } from './command';

interface Options extends Common {
  readonly kind?: 'account' | 'master';
}

function line({ check, ok, message, cure }: Finding): string {
  const paint = paintFor(process.stdout);
  const mark = ok ? paint('green', 'ok  ') : paint('red', 'FAIL');
  return `${mark}  ${check.padEnd(10)}  ${visible(message)}${cure === null ? '' : `\n${' '.repeat(18)}${visible(cure)}`}`;
}

async function doctor({ profile, kind, json: asJson }: Options): Promise<void> {
  const findings: Finding[] = [];
  for await (const finding of diagnose(profile, kind)) {
    findings.push(finding);
    if (asJson !== true) await data(line(finding));
  }
  const healthy = findings.every(({ ok }) => ok);
  if (asJson === true) await json({ healthy, findings });
  process.exitCode = healthy ? EXIT.ok : EXIT.failure;
}

export const doctorCommand = command(
  'doctor',
  'Find common problems and say how to fix them. Exit code 1 when there are any.',
  ['doctor --profile dev', 'doctor --profile ops --kind master --json'],
)
  .addOption(new Option('--kind <kind>', 'the kind of key to expect').choices(['account', 'master']))
  .action(doctor);
