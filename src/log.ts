/** The logger: JSON lines for machines, readable lines for people at a terminal; never logs a key. */
import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from './config';
import { StartError } from './start-error';

const SECRETS = ['*.headers["x-api-key"]', '*.headers.authorization', 'headers["x-api-key"]', 'headers.authorization'];

const forPeople = (): NodeJS.WritableStream =>
  pretty({ sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss', singleLine: true });

/** Whether lines are formatted for a terminal. */
export const isLogForPeople = ({ ENVIRONMENT }: Pick<Config, 'ENVIRONMENT'>): boolean =>
  ENVIRONMENT === 'development' && process.stdout.isTTY;

export function createLogger(config: Pick<Config, 'LOG_LEVEL' | 'ENVIRONMENT'>): Logger {
  const options = { level: config.LOG_LEVEL, redact: SECRETS };
  // In this thread: lines written by another one would appear after output printed in the meantime.
  return isLogForPeople(config) ? pino(options, forPeople()) : pino(options);
}

/** Prints why a start failed to standard error: one sentence, plus the stack if the gateway is at fault. */
export function logStartFailure(error: unknown, isProduction: boolean): void {
  const text = error instanceof Error ? (error instanceof StartError ? error.message : error.stack) : String(error);
  if (isProduction) pino(pino.destination({ dest: process.stderr.fd, sync: true })).fatal(text ?? 'Unknown');
  else process.stderr.write(`${text ?? 'Unknown'}\n`);
}
