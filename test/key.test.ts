/** `npm run key` prints keys that the gateway accepts. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseKey } from '../src/auth/key-format';

const PROGRAM = join(__dirname, '../src/cli/tools/key.ts');
const TYPESCRIPT = join(__dirname, 'harness/typescript.js');

const run = (...args: string[]) =>
  spawnSync(process.execPath, ['--require', TYPESCRIPT, PROGRAM, ...args], { encoding: 'utf8' });

describe('npm run key', () => {
  it.each(['master', 'account'])('prints a well-formed %s key and nothing else', (kind) => {
    const { status, stdout } = run('--kind', kind);
    expect([status, parseKey(stdout.trimEnd())?.kind]).toEqual([0, kind]);
  });

  it.each([[], ['--kind', 'none'], ['--other']])('prints its usage and exits with 2 for %j', (...args) => {
    const { status, stdout, stderr } = run(...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('--kind master|account');
  });
});
