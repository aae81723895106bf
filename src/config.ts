/** The one reader of the environment: validated once, frozen, every mistake reported at once. */
import { isIP } from 'node:net';
import { z } from 'zod';

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

/** An address, or a network as address/bits. */
function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const longest = isIP(address) === 4 ? 32 : 128;
  return isIP(address) > 0 && rest.length === 0 && (bits === undefined || (/^\d+$/.test(bits) && +bits <= longest));
}

const postgresUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\/\S+$/, 'must be a URL like postgres://user:password@host:5432/database');

/** Every setting, with its meaning; the README's table is generated from these descriptions. */
export const settings = z.object({
  ENVIRONMENT: z
    .enum(['development', 'production'])
    .default('development')
    .describe(
      'development prints example queries, logs for people and welcomes Apollo Sandbox; production does none of that',
    ),
  HOST: z.string().min(1).default('127.0.0.1').describe('address to listen on'),
  PORT: z.coerce.number().int().min(0).max(65535).default(4000).describe('port to listen on; 0 takes a free one'),
  DATA_DIR: z
    .string()
    .min(1)
    .default('data')
    .describe('folder of the embedded PostgreSQL and of the generated secrets key'),
  DATABASE_URL: postgresUrl
    .optional()
    .describe(
      'your own PostgreSQL (15 or later), as the owner who runs migrations; unset starts an embedded PostgreSQL 18',
    ),
  TENANT_DATABASE_URL: postgresUrl
    .optional()
    .describe('how to connect as portcullis_tenant; unset derives it from DATABASE_URL'),
  OPERATOR_DATABASE_URL: postgresUrl
    .optional()
    .describe('how to connect as portcullis_operator; unset derives it from DATABASE_URL'),
  LISTEN_DATABASE_URL: postgresUrl
    .optional()
    .describe(
      'a direct connection on which to hear of revoked keys, needed when the others go through a transaction-mode pooler; unset uses the tenant connection',
    ),
  POOL_SIZE: z.coerce
    .number()
    .int()
    .min(1)
    .max(200)
    .default(10)
    .describe('connections to keep for each of the two roles'),
  MASTER_KEY: z
    .string()
    .optional()
    .describe(
      'the first master key (make one with: npm run --silent key -- --kind master); unset makes one at first start and prints it once',
    ),
  MASTER_READ_REASON: z
    .stringbool()
    .default(false)
    .describe('true makes master keys give a reason (X-Reason) for reading, too; for changes they always do'),
  SECRETS_KEY: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits (32 bytes)')
    .optional()
    .describe(
      'key that encrypts stored secrets and cursors, 64 hexadecimal digits; unset keeps a generated one in DATA_DIR',
    ),
  NEW_SECRETS_KEY: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'must be 64 hexadecimal digits (32 bytes)')
    .optional()
    .describe(
      'for npm run --silent secrets -- rotate alone: the key that takes the place of SECRETS_KEY; unset makes one in DATA_DIR',
    ),
  RATE_LIMIT_KEY: z.coerce
    .number()
    .int()
    .min(0)
    .default(10_000_000)
    .describe('objects that one key may ask for in a minute, by the cost of its operations; 0 sets no limit'),
  RATE_LIMIT_ADDRESS: z.coerce
    .number()
    .int()
    .min(0)
    .default(0)
    .describe(
      'objects that one address may ask for in a minute, whatever its keys; 0 sets no limit, as behind a balancer that TRUSTED_PROXIES does not name, where all share its address',
    ),
  RATE_LIMIT_FAILURES: z.coerce
    .number()
    .int()
    .min(0)
    .default(60)
    .describe('bad keys that one address may send in a minute before it is refused unlooked at; 0 sets no limit'),
  RATE_LIMIT_STORE: z
    .enum(['memory', 'postgres'])
    .default('memory')
    .describe(
      'memory counts for one gateway, all its WORKERS together; postgres counts for several gateways together, at the price of a statement for each request',
    ),
  TRUSTED_PROXIES: list
    .refine((all) => all.every(isNetwork), 'must be addresses or networks like 10.0.0.0/8, separated by commas')
    .default([])
    .describe(
      'addresses or networks of your balancers, separated by commas: behind one, a caller is who its X-Forwarded-For names; unset takes whoever connects',
    ),
  CORS_ORIGINS: list.default([]).describe('origins that browsers may call from, separated by commas'),
  SANDBOX: z
    .stringbool()
    .optional()
    .describe('serve Apollo Sandbox and allow its origin; unset: true in development, false in production'),
  LOG_LEVEL: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'])
    .default('info')
    .describe('least severe log line to print'),
  EXECUTION: z
    .enum(['compiled', 'interpreted'])
    .default('compiled')
    .describe('compiled runs documents through graphql-jit, interpreted through graphql-js'),
  TRUSTED_DOCUMENTS: z
    .string()
    .min(1)
    .optional()
    .describe('folder of the only operations to run, for example schema/operations; unset runs any document'),
  WORKERS: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe('processes that serve requests; each keeps connections of its own, POOL_SIZE for each role'),
});

export type Config = Readonly<Omit<z.infer<typeof settings>, 'SANDBOX'> & { SANDBOX: boolean }>;

/** One message that lists every setting that is wrong. */
export class ConfigError extends Error {}

/**
 * Reads settings from an environment; an empty variable counts as unset.
 * @throws ConfigError naming every wrong setting, one a line.
 */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = settings.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigError(`The configuration has ${lines.length} mistake(s):\n${lines.join('\n')}`);
  }
  const { SANDBOX, ...rest } = parsed.data;
  return Object.freeze({ ...rest, SANDBOX: SANDBOX ?? rest.ENVIRONMENT === 'development' });
}
