/** The guides of the documentation keep their word: their recipes are run in order, and answer what they print. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settings } from '../src/config';
import { normal, shell } from './cli/transcript';
import type { TestGateway } from './harness/gateway';

const PROJECT = join(__dirname, '..');
const GUIDES = join(PROJECT, 'docs/guides');

/** Fenced blocks by what follows the language: `recipe=frontend`; indented ones lose their indentation. */
export function blocksOf(page: string): Map<string, string> {
  const blocks = page.matchAll(/^( *)```\w+ (\S+)\n([^]*?)^ *```$/gm);
  return new Map(
    [...blocks].map(([, indent = '', mark = '', text = '']) => [
      mark,
      text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    ]),
  );
}

const guides = readdirSync(GUIDES).map((name) => ({ name, text: readFileSync(join(GUIDES, name), 'utf8') }));

const recipes = guides.flatMap(({ text }) => {
  const blocks = blocksOf(text);
  return [...blocks].flatMap(([mark, script]) => {
    const [kind, name = ''] = mark.split('=');
    return kind === 'recipe' ? [{ name, script, answer: blocks.get(`answer=${name}`) }] : [];
  });
});

/** A gateway with the demo data, and its addresses and keys in the environment. */
interface Subject {
  readonly testGateway: TestGateway;
  readonly environment: NodeJS.ProcessEnv;
  /** Of the account acme. */
  readonly administratorKey: string;
}

export function describeGuides(subject: () => Subject): void {
  describe('the guides', () => {
    const folder = mkdtempSync(join(tmpdir(), 'portcullis-guides-'));
    let env: NodeJS.ProcessEnv;
    beforeAll(async () => {
      const { testGateway, environment, administratorKey } = subject();
      const prod = await testGateway.createAccount('acme-prod');
      const { PORTCULLIS_KEY: _key, ...rest } = environment;
      env = { ...rest, XDG_CONFIG_HOME: join(folder, 'config') };
      symlinkSync(join(PROJECT, 'schema'), join(folder, 'schema'));
      const keys = { ops: testGateway.master.key, dev: administratorKey, prod: prod.key };
      for (const [profile, key] of Object.entries(keys))
        await shell(`portcullis login --profile ${profile} <<< ${key}`, folder, env);
    }, 30_000);
    afterAll(() => rmSync(folder, { recursive: true }));

    it.each(recipes)('$name answers what is printed', async ({ name, script, answer }) => {
      // A recipe answers on standard output; what it says on standard error is for people.
      const printed = await shell(`{ ${script}\n} 2> messages || cat messages`, folder, env);
      expect(answer).toBeDefined();
      if (!answer?.startsWith('{')) expect([name, normal(printed)]).toEqual([name, answer]);
      else expect(JSON.parse(printed)).toMatchObject(JSON.parse(answer) as object);
    });

    it.each(guides)('the settings that $name shows exist', ({ text }) => {
      const blocks = [...text.matchAll(/^```sh settings\n([^]*?)^```$/gm)].map(([, block = '']) => block);
      const names = blocks.flatMap((block) => [...block.matchAll(/\b([A-Z][A-Z_]+)=/g)].map(([, name = '']) => name));
      expect(names.filter((name) => !(name in settings.shape) && name !== 'NODE_ENV')).toEqual([]);
    });
  });
}
