/** Promotion: export, plan, apply, promote, undo. */
import type { Command } from 'commander';
import {
  AuditEventsPageDocument,
  ExportConfigurationDocument,
  UndoImportDocument,
  UndoPlanDocument,
} from '../../../schema/generated/operations';
import { CommandFailure, EXIT, misuse } from '../failures';
import { openSession, requireTarget, type Session, type Target } from '../gateway/session';
import { readText, writeWhole } from '../input/files';
import { readPlan, refuseOtherAccount, savePlan } from '../input/plan-file';
import { confirm } from '../input/prompt';
import { givenSecrets, secretsIn } from '../input/secrets';
import { changesAnything, doneText, planText, summaryText } from '../output/plan';
import { data, json, note } from '../output/print';
import { waitingFor } from '../output/progress';
import { paintFor } from '../output/text';
import { command, withAccount, withReason, withYes, type Common } from './command';
import { applyProposal, noteWarnings, planWithSecrets, planBundle, refuseProblems, type Bundle } from './import';

interface Options extends Common {
  readonly account?: string;
  readonly reason?: string;
  readonly yes?: boolean;
  readonly prune?: boolean;
  readonly secretsFile?: string;
}

interface Selection {
  readonly include?: string[];
  readonly names?: string[];
}

async function exported({ client }: Session, target: Target, { include, names }: Selection) {
  const variables = { accountId: target.id, include, names };
  const { exportConfiguration } = await waitingFor('Exporting', client.ask(ExportConfigurationDocument, variables));
  return exportConfiguration;
}

async function exportConfiguration(options: Options & Selection & { readonly output?: string }): Promise<void> {
  const session = await openSession(options);
  const target = await requireTarget(session, options);
  const bundle = await exported(session, target, options);
  const text = options.json === true ? `${JSON.stringify(bundle.json, null, 2)}\n` : bundle.yaml;
  const counts = bundle.counts.map(({ section, count }) => `${count} ${section}`).join(', ');
  note(`The account "${target.slug}": ${counts === '' ? 'nothing' : counts}.`);
  if (options.output === undefined) await data(text.trimEnd());
  else writeWhole(options.output, text);
}

async function plan(path: string, options: Options & { readonly out?: string }): Promise<void> {
  const session = await openSession(options);
  const target = await requireTarget(session, options);
  const bundle: Bundle = { name: path, text: await readText(path), prune: options.prune ?? false };
  const given = await givenSecrets(bundle.text, options.secretsFile);
  const { plan: planned, secrets } = await planBundle(session.client, target, bundle, given);
  const { hash, changes, summary } = planned;
  noteWarnings(planned);
  if (options.json === true) await json({ account: target.slug, ...planned });
  else {
    if (changesAnything(summary)) await data(`${planText(paintFor(process.stdout), changes)}\n`);
    await data(`The account "${target.slug}": ${summaryText(summary)}.`);
  }
  refuseProblems(planned, bundle);
  if (options.out !== undefined) {
    const account = { id: target.id, slug: target.slug };
    const { text, prune } = bundle;
    savePlan(options.out, { account, hash, prune, secretNames: [...secrets.keys()], summary, changes, bundle: text });
    note(`Saved for "${target.slug}". Apply exactly this with: portcullis apply ${options.out}`);
  }
  process.exitCode = changesAnything(summary) ? EXIT.changes : EXIT.done;
}

async function apply(path: string, options: Options): Promise<void> {
  const session = await openSession(options);
  const target = await requireTarget(session, options);
  const { client, profile } = session;
  const text = await readText(path);
  const saved = readPlan(path, text);
  if (saved) {
    refuseOtherAccount(path, saved, target, profile.name);
    const bundle: Bundle = { name: path, text: saved.bundle, prune: saved.prune };
    const given = [...secretsIn(saved.secretNames), ...(await givenSecrets(saved.bundle, options.secretsFile))];
    const secrets = new Map(given.filter(([name]) => saved.secretNames.includes(name)));
    return applyProposal(client, target, { ...saved, bundle, secrets }, options);
  }
  const bundle: Bundle = { name: path, text, prune: options.prune ?? false };
  await planAndApply(session, target, bundle, options);
}

async function planAndApply(session: Session, target: Target, bundle: Bundle, options: Options): Promise<void> {
  const given = await givenSecrets(bundle.text, options.secretsFile);
  const { plan: planned, secrets } = await planWithSecrets(session.client, target, bundle, given);
  noteWarnings(planned);
  refuseProblems(planned, bundle);
  await applyProposal(session.client, target, { ...planned, bundle, secrets }, options);
}

interface PromoteOptions extends Omit<Options, 'account' | 'profile'>, Selection {
  readonly from: string;
  readonly to: string;
}

async function promote({ from, to, ...options }: PromoteOptions): Promise<void> {
  if (from === to) throw misuse(`--from and --to name the same profile, "${from}": promotion needs two accounts.`);
  const source = await openSession({ profile: from });
  const target = await openSession({ profile: to, reason: options.reason });
  const [here, there] = [await requireTarget(source, {}), await requireTarget(target, {})];
  if (here.id === there.id)
    throw new CommandFailure(
      `Refused: the profiles "${from}" and "${to}" are both for the account "${here.slug}". Promotion needs two accounts.`,
    );
  const { yaml } = await exported(source, here, options);
  note(`From "${here.slug}" to "${there.slug}":`);
  await planAndApply(target, there, { name: `export of ${from}`, text: yaml, prune: options.prune ?? false }, options);
}

/** The newest import of an account, as its record has it. */
async function lastImport({ client }: Session, { id: accountId, slug }: Target): Promise<string> {
  const filter = { resourceType: { equals: 'ConfigurationImport' }, action: { equals: 'CREATE' } } as const;
  const { auditEvents } = await client.ask(AuditEventsPageDocument, { accountId, first: 1, direction: 'DESC', filter });
  const [event] = auditEvents.nodes;
  if (!event) throw new CommandFailure(`Nothing was ever imported into the account "${slug}".`);
  note(`The last import is ${event.resourceId}, of ${event.at}.`);
  return event.resourceId;
}

async function undo(named: string | undefined, options: Options): Promise<void> {
  const session = await openSession(options);
  const target = await requireTarget(session, options);
  const { id: accountId, slug } = target;
  const importId = named ?? (await lastImport(session, target));
  const { undoPlan } = await session.client.ask(UndoPlanDocument, { accountId, importId });
  note(planText(paintFor(process.stderr), undoPlan.changes));
  note('');
  const question = `Take the import back from the account "${slug}": ${summaryText(undoPlan.summary)}?`;
  if (!(await confirm(question, options.yes))) throw new CommandFailure('Nothing was changed.');
  const { undoImport: done } = await session.client.ask(UndoImportDocument, { accountId, importId });
  note(`Taken back from "${slug}": ${doneText(done.summary)}.`);
  if (options.json === true) await json({ account: slug, ...done });
}

const withSecrets = (one: Command): Command =>
  one.option(
    '--secrets-file <file>',
    'lines NAME=value for the placeholders ${secret:NAME}; PORTCULLIS_SECRET_NAME is read, too',
  );

const withPrune = (one: Command): Command =>
  one.option('--prune', 'delete what the bundle does not name, in the sections that it holds in full');

const withSelection = (one: Command): Command =>
  one
    .option('--include <section...>', 'only these sections, and what they refer to')
    .option('--names <name...>', 'only rows of these names, and what they refer to');

export const promotionCommands: readonly Command[] = [
  withSelection(
    withAccount(
      command('export', 'Print the configuration of an account by names: no ids, no account, no secrets.', [
        'export --profile dev --output bundle.yaml',
        'export --profile dev --include agents',
        'export --profile dev | portcullis plan - --profile prod',
      ]),
    ),
  )
    .option('--output <file>', 'write to a file instead of standard output')
    .action(exportConfiguration),
  withSecrets(
    withPrune(
      withAccount(
        command(
          'plan',
          'Show what importing a bundle would change. Exit code 0: nothing, 3: something, 1: it cannot be.',
          [
            'plan bundle.yaml --profile staging',
            'plan bundle.yaml --profile staging --out plan.json',
            'plan bundle.yaml --profile prod --prune --json',
          ],
        ),
      ),
    ),
  )
    .argument('<bundle>', 'a YAML or JSON file; - is standard input')
    .option('--out <file>', 'save the plan, for exactly this account as it is now')
    .action(plan),
  withYes(
    withReason(
      withSecrets(
        withPrune(
          withAccount(
            command('apply', 'Import a bundle or a saved plan: all of it or nothing. Prints the id of the import.', [
              'apply bundle.yaml --profile staging',
              'apply plan.json --profile staging --yes',
            ]),
          ),
        ),
      ),
    ),
  )
    .argument('<file>', 'a bundle, or a plan that "plan --out" saved')
    .action(apply),
  withYes(
    withReason(
      withSelection(
        withSecrets(
          withPrune(
            command('promote', 'Bring the configuration of one account to another. Prints the id of the import.', [
              'promote --from dev --to staging',
              'promote --from staging --to prod --prune --yes',
            ]),
          ),
        ),
      ),
    ),
  )
    .requiredOption('--from <profile>', 'the profile of the account to export')
    .requiredOption('--to <profile>', 'the profile of the account to import into')
    .action(promote),
  withYes(
    withReason(
      withAccount(
        command('undo', 'Take an import back in one step, as long as nothing that it touched was changed since.', [
          'undo --profile prod',
          'undo 0190a6a0-3c53-7c1f-8a52-1f9d2f3f1c11 --profile prod',
        ]),
      ),
    ),
  )
    .argument('[import]', 'the id that apply or promote printed; the last import of the account when absent')
    .action(undo),
];
