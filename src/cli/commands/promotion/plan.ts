/** plan: what importing a bundle would change. */
import { CommandFailure, EXIT, usageError, type ExitCode } from '../../failures';
import { openSession, requireTarget, type Session, type Target } from '../../gateway/session';
import { readText } from '../../input/files';
import { savePlan } from '../../input/plan-file';
import { givenSecrets, type Secrets } from '../../input/secrets';
import { changesAnything, planText, summaryText } from '../../output/plan';
import { data, json, note } from '../../output/print';
import { paintFor } from '../../output/text';
import { commandLine } from '../../shell';
import { command, withAccount } from '../command';
import { withPrune, withSecrets, type ImportOptions } from './options';
import { partsOf, planParts, refusePartProblems } from './parts';
import { NotApplicable, refuseProblems, type Bundle } from './problems';
import { noteWarnings, planBundle, type Plan } from './steps';

interface Options extends ImportOptions {
  readonly out?: string;
  readonly detailedExitcode?: boolean;
}

function save(
  path: string,
  { credentials }: Session,
  { id, slug }: Target,
  { text, prune }: Bundle,
  { hash, summary, changes }: Plan,
  secrets: Secrets,
  { account, secretsFile }: Options,
): void {
  savePlan(path, {
    account: { id, slug },
    hash,
    prune,
    secretNames: [...secrets.keys()],
    summary,
    changes,
    bundle: text,
  });
  const words = ['apply', path, ...(secretsFile === undefined ? [] : ['--secrets-file', secretsFile])];
  const apply = commandLine(words, { profile: credentials.profile, account });
  note(`Plan saved for "${slug}". Apply exactly this plan with: ${apply}`);
}

/** @returns whether anything would change. */
async function showPlan(path: string, options: Options): Promise<boolean> {
  const session = await openSession(options);
  const target = await requireTarget(session, options);
  const bundle: Bundle = { name: path, text: await readText(path), prune: options.prune ?? false };
  const given = await givenSecrets(bundle.text, options.secretsFile);
  const parts = partsOf(bundle);
  if (parts) return showParts(session, target, parts, given, options);
  const { plan, secrets } = await planBundle(session, target, bundle, given);
  await print(target, plan, options);
  refuseProblems(plan, bundle);
  if (options.out !== undefined) save(options.out, session, target, bundle, plan, secrets, options);
  return changesAnything(plan.summary);
}

async function print(
  { slug }: Target,
  plan: Pick<Plan, 'changes' | 'summary' | 'warnings'>,
  { json: asJson }: Options,
): Promise<void> {
  const { changes, summary } = plan;
  noteWarnings(plan);
  if (asJson === true) return json({ account: slug, ...plan });
  if (changesAnything(summary)) await data(`${planText(paintFor(process.stdout), changes)}\n`);
  return data(`Account "${slug}": ${summaryText(summary)}.`);
}

async function showParts(
  session: Session,
  target: Target,
  parts: Parameters<typeof planParts>[2],
  given: Secrets,
  options: Options,
): Promise<boolean> {
  if (options.out !== undefined)
    throw usageError(
      'A bundle that is imported in parts has no plan to save: each part is planned after those before it are applied. Leave out --out.',
    );
  const all = await planParts(session, target, parts, given);
  await print(target, all.plan, options);
  refusePartProblems(parts, all);
  return changesAnything(all.plan.summary);
}

/** With `--detailed-exitcode` a failure must not look like changes. */
function detailed(error: unknown): unknown {
  if (!(error instanceof CommandFailure)) return error;
  const code: ExitCode = error instanceof NotApplicable ? EXIT.notApplicable : EXIT.failure;
  return new CommandFailure(error.message, code);
}

async function plan(path: string, options: Options): Promise<void> {
  const isDetailed = options.detailedExitcode === true;
  try {
    const changes = await showPlan(path, options);
    if (isDetailed && changes) process.exitCode = EXIT.changes;
  } catch (error) {
    throw isDetailed ? detailed(error) : error;
  }
}

export const planCommand = withSecrets(
  withPrune(
    withAccount(
      command('plan', 'Show what importing a bundle would change; changes nothing.', [
        'plan bundle.yaml --profile staging',
        'plan bundle.yaml --profile staging --out plan.json',
        'plan bundle.yaml --profile prod --prune --detailed-exitcode',
      ]),
    ),
  ),
)
  .argument('<bundle>', 'a YAML or JSON file; - for standard input')
  .option('--out <file>', 'save the plan, for the current state of this account')
  .option(
    '--detailed-exitcode',
    'exit with 0: nothing to change, 1: an error, 2: changes, 3: conflicts, or something is missing',
  )
  .action(plan);
