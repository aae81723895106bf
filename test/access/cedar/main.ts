/**
 * `npm run access:second-opinion`: asks Cedar about generated requests and compares its decisions with the gateway's.
 */
import { getCedarVersion } from '@cedar-policy/cedar-wasm/nodejs';
import { parseArgs } from 'node:util';
import { cedarCalls, compare } from './compare';

const HELP = `Usage: npm run access:second-opinion -- [options]

  --requests N   how many requests are decided by both (default 100000)
  --seed N       repeats the run with this seed (default: a new one)
`;

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    help: { type: 'boolean', default: false },
  },
});

function main(): number {
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const began = performance.now();
  const { requests, lines, allowed, disagreement } = compare(Number(values.requests), Number(values.seed));
  const seconds = ((performance.now() - began) / 1_000).toFixed(0);
  process.stdout.write(
    `Cedar ${getCedarVersion()}, seed ${values.seed}: ${requests} requests of ${lines} lines of keys, ${allowed} allowed and ${requests - allowed} refused by the gateway, ${cedarCalls.count} questions to Cedar, ${seconds} s\n`,
  );
  if (!disagreement) {
    process.stdout.write('No difference.\n');
    return 0;
  }
  const { links, request, ours } = disagreement;
  process.stdout.write(
    `The gateway ${ours ? 'allows' : 'refuses'} what Cedar ${ours ? 'refuses' : 'allows'}:\n${JSON.stringify({ request, keys: links }, null, 2)}\n`,
  );
  return 1;
}

process.exitCode = main();
