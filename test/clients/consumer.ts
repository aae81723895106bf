/** A separate project outside the repository, with the packed client and other clients installed in it. */
import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { minifyIntrospection, outputIntrospectionFile } from '@gql.tada/internal';
import { introspectionFromSchema } from 'graphql';
import { gatewaySchema } from '../harness/factories';
import { snippetsOf } from '../snippets';

const run = promisify(execFile);
const PROJECT = join(__dirname, '../..');
const CLIENT = join(PROJECT, 'clients/typescript');
const PROGRAMS = join(__dirname, 'programs');

/** Modules that the programs import in addition to the packed client, and their dependencies. */
const INSTALLED = [
  '@apollo/client',
  '@graphql-typed-document-node/core',
  '@types/node',
  '@urql/core',
  'eventsource-parser',
  'gql.tada',
  'graphql',
  'graphql-request',
  'relay-runtime',
];

/** The command of docs/clients.md that generates genql's client. */
const [GENQL] = snippetsOf('docs/clients.md').filter(({ mark }) => mark === 'run=test/clients/consumer.ts');

const COMPILER_OPTIONS = {
  target: 'es2023',
  module: 'nodenext',
  lib: ['es2023', 'dom'],
  types: ['node'],
  strict: true,
  skipLibCheck: true,
  noUncheckedIndexedAccess: true,
};

export class Consumer {
  private readonly folder = mkdtempSync(join(tmpdir(), 'portcullis-clients-'));

  /** Packs the client and compiles every program with it. @throws Error with the messages of the compiler. */
  async create(): Promise<void> {
    await Promise.all([this.install(), this.addPrograms(), this.generate()]);
    const compiler = join(PROJECT, 'node_modules/typescript/bin/tsc');
    await run(process.execPath, [compiler, '-p', this.folder]).catch((error: unknown) => {
      throw new Error(String((error as { stdout?: string }).stdout));
    });
  }

  /** @returns the report of a program. */
  async run(program: string, env: Record<string, string>): Promise<unknown> {
    return JSON.parse(await this.output(program, env));
  }

  /** @returns the output of a program. */
  async output(program: string, env: Record<string, string>): Promise<string> {
    const { stdout } = await run(process.execPath, [join(this.folder, program)], { env: { ...process.env, ...env } });
    return stdout;
  }

  /** Paths in the packed client. */
  async packed(): Promise<string[]> {
    return readdir(join(this.folder, 'node_modules/portcullis-client'), { recursive: true });
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  private async install(): Promise<void> {
    const modules = join(this.folder, 'node_modules');
    const client = join(modules, 'portcullis-client');
    await mkdir(client, { recursive: true });
    for (const name of INSTALLED) {
      await mkdir(dirname(join(modules, name)), { recursive: true });
      await symlink(join(PROJECT, 'node_modules', name), join(modules, name));
    }
    await run('npm', ['pack', '--silent', '--pack-destination', this.folder], { cwd: CLIENT });
    const [file = ''] = (await readdir(this.folder)).filter((name) => name.endsWith('.tgz'));
    await run('tar', ['-xzf', join(this.folder, file), '-C', client, '--strip-components=1']);
  }

  /** genql's client: TypeScript with imports in the form of CommonJS. */
  private async generate(): Promise<void> {
    const output = join(this.folder, 'genql');
    const generator = join(PROJECT, 'node_modules/@genql/cli/dist/cli.js');
    const command = (GENQL?.code ?? 'false')
      .replace(/^npx @genql\/cli@\S+/, `node '${generator}'`)
      .replace('--output genql', `--output '${output}'`);
    await run('bash', ['-c', command], { cwd: PROJECT });
    await writeFile(join(output, 'package.json'), '{ "type": "commonjs" }');
  }

  private async addPrograms(): Promise<void> {
    await cp(PROGRAMS, this.folder, { recursive: true });
    const write = (name: string, text: string): Promise<void> => writeFile(join(this.folder, name), text);
    const introspection = minifyIntrospection(introspectionFromSchema(gatewaySchema));
    await write(
      'introspection.d.mts',
      outputIntrospectionFile(introspection, { fileType: '.d.ts', shouldPreprocess: true }),
    );
    const readme = await readFile(join(CLIENT, 'README.md'), 'utf8');
    await write('readme.mjs', /^```js run=test\/clients\/consumer\.ts\n([^]*?)^```$/m.exec(readme)?.[1] ?? '');
    await write('package.json', '{ "type": "module" }');
    await write('tsconfig.json', JSON.stringify({ compilerOptions: COMPILER_OPTIONS }));
  }
}
