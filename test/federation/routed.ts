/** A router in a separate process, examples/federated-gateway.mjs, in front of a gateway and the ratings. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TwoTenants } from '../harness/gateway';
import type { SeededIds } from '../harness/factories';
import { startRatings } from './ratings';
import { snippetsOf } from '../snippets';
import { seedBoth, type Seeded } from './seeded';

const PROJECT = join(__dirname, '../..');

/** The commands of docs/federation.md that start a router. */
const [COMMANDS] = snippetsOf('docs/federation.md').filter(({ mark }) => mark === 'run=test/federation/routed.ts');

export interface Routed {
  readonly status: number;
  readonly text: string;
  readonly data?: Record<string, unknown> | null;
  readonly errors?: { readonly message: string; readonly extensions?: Record<string, unknown> }[];
}

export interface Router extends Seeded {
  /** Includes the path of its GraphQL endpoint. */
  readonly url: string;
  /** The URL of the ratings subgraph. */
  readonly ratingsUrl: string;
  /** @param key null for no key. */
  readonly route: (key: string | null, query: string, variables?: object) => Promise<Routed>;
  readonly close: () => Promise<void>;
}

interface Settings extends NodeJS.ProcessEnv {
  readonly PORTCULLIS_URL: string;
  readonly RATINGS_URL: string;
}

/** Starts the example as the page describes, with other addresses. @returns its URL, and a function that stops it. */
async function start(settings: Settings): Promise<{ readonly url: string; readonly end: () => void }> {
  const script = (COMMANDS?.code ?? 'false')
    .replace('http://localhost:4000/graphql', settings.PORTCULLIS_URL)
    .replace('http://localhost:4001/graphql', settings.RATINGS_URL)
    .replace(/^node /m, 'exec node ');
  const router = spawn('bash', ['-ec', script], { cwd: PROJECT, env: { ...process.env, ...settings, PORT: '0' } });
  const problems: string[] = [];
  createInterface(router.stderr).on('line', (line) => problems.push(line));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(router.stdout).once('line', resolve);
    router.once('exit', () => reject(new Error(problems.join('\n'))));
  });
  return { url, end: () => void router.kill('SIGKILL') };
}

/** Starts a gateway with rows in both accounts, and a router that has composed its subgraph with the ratings. */
export async function startRouter(tenants: TwoTenants, settings: NodeJS.ProcessEnv = {}): Promise<Router> {
  const seeded = await seedBoth(tenants);
  const ratings = await startRatings();
  const address = await tenants.gateway.app.listen({ host: '127.0.0.1', port: 0 });
  const { url, end } = await start({
    PORTCULLIS_URL: `${address}/graphql`,
    PORTCULLIS_KEY: tenants.acme.key,
    RATINGS_URL: ratings.url,
    ...settings,
  });
  return {
    ...seeded,
    url,
    ratingsUrl: ratings.url,
    route: async (key, query, variables = {}) => {
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-reason': 'a test',
          ...(key !== null && { authorization: `Bearer ${key}` }),
        },
        body: JSON.stringify({ query, variables }),
      });
      const text = (await answer.text()).replaceAll(/"requestId":"[^"]*"/g, '"requestId":""');
      return { status: answer.status, text, ...(JSON.parse(text) as Omit<Routed, 'status' | 'text'>) };
    },
    close: async () => {
      end();
      await ratings.close();
    },
  };
}

export const idOf = (seeded: SeededIds, type: string): string => seeded.get(type)?.[0] ?? '';
