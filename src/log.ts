/** One logger: JSON lines for machines, readable lines in a terminal; never a key. */
import { pino, type Logger } from 'pino';
import type { Config } from './config';

const SECRETS = ['*.headers["x-api-key"]', '*.headers.authorization', 'headers["x-api-key"]', 'headers.authorization'];

export function createLogger({ LOG_LEVEL, ENVIRONMENT }: Pick<Config, 'LOG_LEVEL' | 'ENVIRONMENT'>): Logger {
  const pretty = ENVIRONMENT === 'development' && process.stdout.isTTY;
  return pino({
    level: LOG_LEVEL,
    redact: SECRETS,
    ...(pretty
      ? { transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname', translateTime: 'HH:MM:ss' } } }
      : {}),
  });
}
