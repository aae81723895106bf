/** deploy/, compose.yaml and the Dockerfile are valid and complete, and work as described. */
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { minVersion, satisfies } from 'semver';
import { parse } from 'yaml';
import { settings } from '../../src/config';
import { isPublicAddress } from '../../src/webhooks/target';
import { createDatabase, settingsOf } from '../harness/database';
import { eventually } from '../harness/eventually';
import { freePort } from '../harness/ports';
import { newFolder } from '../harness/run';
import { checkManifest, manifests, manifestsIn, type Manifest } from './manifests';
import { build, PROJECT, runInShell, start } from '../../scripts/dockerfile';

const folder = newFolder();

const defaultSeconds = settings.shape.SHUTDOWN_SECONDS.parse(undefined);

describe('deploy/kubernetes', () => {
  const all = manifests(join(PROJECT, 'deploy/kubernetes'));
  const find = (kind: string): Manifest['content'] => all.find((manifest) => manifest.kind === kind)?.content ?? {};
  const at = (value: unknown, ...path: (string | number)[]): unknown =>
    path.reduce<unknown>((inner, name) => (inner as Record<string | number, unknown> | undefined)?.[name], value);
  const pod = at(find('Deployment'), 'spec', 'template', 'spec');
  const container = at(pod, 'containers', 0);

  it.each(all.map((manifest) => [manifest.file, manifest] as const))('%s fits its schema', (_file, manifest) => {
    checkManifest(manifest);
  });

  it('a misspelled property and a value of the wrong type are reported', () => {
    const content = structuredClone(find('Deployment'));
    Object.assign(at(content, 'spec', 'template', 'spec') as object, { terminationGraceSeconds: 3 });
    expect(() => checkManifest({ kind: 'Deployment', content })).toThrow('terminationGraceSeconds');
    Object.assign(at(content, 'spec') as object, { replicas: 'two' });
    expect(() => checkManifest({ kind: 'Deployment', content })).toThrow('replicas must be integer');
  });

  it('every file except examples is applied, and everything that the files refer to exists', () => {
    const { resources } = parse(readFileSync(join(PROJECT, 'deploy/kubernetes/kustomization.yaml'), 'utf8')) as {
      resources: string[];
    };
    expect([...resources].sort()).toEqual(
      [...new Set(all.map(({ file }) => file))].filter((file) => !file.includes('example')).sort(),
    );
    const names = [at(find('ConfigMap'), 'metadata', 'name'), at(find('Secret'), 'metadata', 'name')];
    expect(at(container, 'envFrom')).toEqual([{ configMapRef: { name: names[0] } }, { secretRef: { name: names[1] } }]);
    const labels = at(find('Deployment'), 'spec', 'template', 'metadata', 'labels');
    for (const selector of [
      at(find('Deployment'), 'spec', 'selector', 'matchLabels'),
      at(find('Service'), 'spec', 'selector'),
      at(find('PodDisruptionBudget'), 'spec', 'selector', 'matchLabels'),
      at(find('NetworkPolicy'), 'spec', 'podSelector', 'matchLabels'),
    ])
      expect(labels).toEqual(selector);
    const names2 = [
      ...Object.keys(at(find('ConfigMap'), 'data') as object),
      ...Object.keys(at(find('Secret'), 'stringData') as object),
    ];
    expect(names2.filter((name) => !(name in settings.shape))).toEqual([]);
  });

  it('the applied manifests are valid for the schemas, in the namespace of the Secret', () => {
    if (spawnSync('kubectl', ['version', '--client']).status !== 0) {
      process.stdout.write('NOT RUN: kubectl is not installed\n');
      return;
    }
    const rendered = manifestsIn(
      'kustomize',
      execFileSync('kubectl', ['kustomize', 'deploy/kubernetes'], { cwd: PROJECT }).toString(),
    );
    const kinds = all.filter(({ file }) => !file.includes('example')).map(({ kind }) => kind);
    expect(rendered.map(({ kind }) => kind).sort()).toEqual(kinds.sort());
    for (const manifest of rendered) {
      checkManifest(manifest);
      const namespace = manifest.kind === 'Namespace' ? 'name' : 'namespace';
      expect(at(manifest.content, 'metadata', namespace)).toBe(at(find('Secret'), 'metadata', 'namespace'));
    }
  });

  it('webhooks can reach public addresses over https, and no private ones', () => {
    const egress = at(find('NetworkPolicy'), 'spec', 'egress') as {
      to?: { ipBlock?: { cidr: string; except?: string[] } }[];
      ports: { port: number }[];
    }[];
    const open = egress.filter(({ ports }) => ports.some(({ port }) => port === 443));
    expect(open.flatMap(({ to = [] }) => to.map(({ ipBlock }) => ipBlock?.cidr))).toEqual(['0.0.0.0/0', '2000::/3']);
    const closed = open.flatMap(({ to = [] }) => to.flatMap(({ ipBlock }) => ipBlock?.except ?? []));
    expect(closed.filter((network) => isPublicAddress(network.replace(/\/.*/, '')))).toEqual([]);
    expect(closed.length).toBeGreaterThan(3);
  });

  it('pods shut down gracefully, run without privileges, and have limits and probes', () => {
    const data = at(find('ConfigMap'), 'data') as Record<string, string>;
    const [, pause] = at(container, 'lifecycle', 'preStop', 'exec', 'command') as string[];
    expect(at(pod, 'terminationGracePeriodSeconds')).toBeGreaterThan(Number(data['SHUTDOWN_SECONDS']) + Number(pause));
    expect(at(pod, 'securityContext')).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(at(container, 'securityContext')).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(at(container, 'resources', 'limits', 'memory')).toBe('1Gi');
    expect(at(container, 'readinessProbe', 'httpGet', 'path')).toBe('/readyz');
    expect(at(container, 'livenessProbe', 'httpGet', 'path')).toBe('/livez');
    const ports = at(container, 'ports') as { name: string; containerPort: number }[];
    const admitted = (at(find('NetworkPolicy'), 'spec', 'ingress') as { ports: { port: number }[] }[]).flatMap((rule) =>
      rule.ports.map(({ port }) => port),
    );
    expect(admitted).toEqual(ports.map(({ containerPort }) => containerPort));
    expect(data['ADMIN_PORT']).toBe(String(admitted[1]));
  });
});

describe('compose.yaml', () => {
  interface Compose {
    readonly services: Readonly<
      Record<
        'gateway' | 'database' | 'secrets',
        {
          readonly command: readonly string[];
          readonly environment: Readonly<Record<string, string>>;
          readonly volumes: readonly string[];
          readonly depends_on?: Readonly<Record<string, { condition: string }>>;
          readonly stop_grace_period: string;
        }
      >
    >;
    readonly volumes: object;
  }
  const { services, volumes } = parse(readFileSync(join(PROJECT, 'compose.yaml'), 'utf8')) as Compose;
  /** As Compose passes it to the shell, with the volume in a folder of this test. */
  const shell = ([command = '']: readonly string[]): string =>
    command
      .replaceAll('$$', '$')
      .replaceAll('/secrets', folder)
      .replace(/chown \d+/, 'test -e')
      .replace('exec node dist/src/main.js', 'exec printenv DATABASE_URL');

  it('the password of the database is generated once, readable only by the gateway, which connects with it', () => {
    execFileSync('/bin/sh', ['-c', shell(services.secrets.command)]);
    const path = join(folder, 'postgres-password');
    const password = readFileSync(path, 'utf8');
    expect(password).toMatch(/^[0-9a-f]{48}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    execFileSync('/bin/sh', ['-c', shell(services.secrets.command)]);
    expect(readFileSync(path, 'utf8')).toBe(password);
    expect(execFileSync('/bin/sh', ['-c', shell(services.gateway.command)]).toString()).toBe(
      `postgres://portcullis:${password}@database:5432/portcullis\n`,
    );
    expect(services.database.environment['POSTGRES_PASSWORD_FILE']).toBe('/secrets/postgres-password');
  });

  it('every service has more time to stop than it needs, and everything it refers to exists', () => {
    expect(Number.parseInt(services.gateway.stop_grace_period, 10)).toBeGreaterThan(defaultSeconds);
    for (const { volumes: mounted, depends_on: needed = {} } of Object.values(services)) {
      for (const volume of mounted) expect(volumes).toHaveProperty(volume.split(':')[0] ?? '');
      for (const service of Object.keys(needed)) expect(services).toHaveProperty(service);
    }
    const names = Object.keys(services.gateway.environment);
    expect(names.filter((name) => !(name in settings.shape))).toEqual([]);
  });
});

/** Packages are those of this folder: `.ci/image` installs them as the image does. */
function run(command: string, cwd: string, environment: Readonly<Record<string, string>>): void {
  if (command.startsWith('npm ci')) symlinkSync(join(PROJECT, 'node_modules'), join(cwd, 'node_modules'));
  else if (!command.startsWith('npm prune')) runInShell(command, cwd, environment);
}

describe('Dockerfile', () => {
  it('its steps build a gateway that becomes healthy with its own PostgreSQL, and stops', async () => {
    const stage = build(join(folder, 'image'), { run });
    expect(stage).toMatchObject({ user: 'node', image: expect.stringMatching(/^node:24-/) });
    const database = await createDatabase();
    const environment = {
      ...settingsOf(database),
      ENVIRONMENT: 'development',
      HOST: '127.0.0.1',
      PORT: `${await freePort()}`,
      DATA_DIR: join(stage.root, 'data'),
    };
    const gateway = start(stage, stage.command, environment, 'ignore');
    const ended = once(gateway, 'exit');
    const isHealthy = async (): Promise<boolean> =>
      (await once(start(stage, stage.healthcheck, environment, 'ignore'), 'exit'))[0] === 0;
    try {
      expect(await isHealthy()).toBe(false);
      await eventually(async () => gateway.exitCode !== null || (await isHealthy()), 30_000);
    } finally {
      gateway.kill('SIGTERM');
    }
    expect(await ended).toEqual([0, null]);
    await database.drop();
  });

  it('a file that the repository lacks fails the build', () => {
    const dockerfile = join(folder, 'Dockerfile');
    writeFileSync(
      dockerfile,
      readFileSync(join(PROJECT, 'Dockerfile'), 'utf8').replace('COPY src src', 'COPY sources src'),
    );
    expect(() => build(join(folder, 'broken'), { dockerfile, run })).toThrow('the repository has no such file');
  });
});

describe('Node.js', () => {
  interface Package {
    readonly engines?: { readonly node?: string };
    readonly dev?: boolean;
  }
  const read = (file: string): unknown => JSON.parse(readFileSync(join(PROJECT, file), 'utf8'));

  it('every package that the gateway needs runs on the supported versions of Node.js', () => {
    const ranges = (read('package.json') as Package).engines?.node?.split('||') ?? [];
    const supported = ranges.flatMap((range) => minVersion(range)?.version ?? []);
    expect(supported.map((version) => version.split('.')[0])).toEqual(['20', '22', '24']);
    const { packages } = read('package-lock.json') as { packages: Readonly<Record<string, Package>> };
    const needed = Object.entries(packages).filter(([name, { dev }]) => name.startsWith('node_modules/') && !dev);
    expect(needed.length).toBeGreaterThan(100);
    const problems = needed.flatMap(([name, { engines: wanted }]) =>
      supported.filter((version) => !satisfies(version, wanted?.node ?? '*')).map((version) => `${name} on ${version}`),
    );
    expect(problems).toEqual([]);
  });
});
