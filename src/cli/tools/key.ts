/** Prints a new well-formed key: `npm run --silent key -- --kind master`. The gateway decides what it may do. */
import { parseArgs } from 'node:util';
import { formatKey, newSecret, type KeyKind } from '../../auth/key-format';
import { newId } from '../../db/ids';

const USAGE = 'Usage: npm run --silent key -- --kind master|account';

/** @returns null for invalid arguments. */
function wantedKind(args: string[]): KeyKind | null {
  try {
    const { kind } = parseArgs({ args, options: { kind: { type: 'string' } } }).values;
    return kind === 'master' || kind === 'account' ? kind : null;
  } catch {
    return null;
  }
}

const kind = wantedKind(process.argv.slice(2));
if (kind === null) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
} else {
  process.stdout.write(`${formatKey({ kind, keyId: newId(), secret: newSecret() })}\n`);
}
