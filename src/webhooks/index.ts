/** Starts and stops webhook deliveries for the gateway. */
import type { Logger } from 'pino';
import type { Config } from '../config';
import type { Database } from '../db/database';
import type { Telemetry } from '../telemetry/telemetry';
import { messageOf } from '../util/message-of';
import { WebhookDispatcher } from './dispatcher';
import { Sender, type Resolve } from './send';
import { Targets } from './target';
import { WebhookTester } from './test-delivery';

interface WebhookParts {
  readonly database: Database;
  readonly settings: Pick<Config, 'WEBHOOK_ALLOWED_NETWORKS' | 'WEBHOOK_TIMEOUT_SECONDS'>;
  readonly telemetry: Pick<Telemetry, 'webhookAttempt'>;
  readonly logger: Logger;
  readonly resolveHost?: Resolve | undefined;
}

const MS = 1_000;

export class Webhooks {
  readonly dispatcher: WebhookDispatcher;
  readonly tests: WebhookTester;

  constructor({ database, settings, telemetry, logger, resolveHost }: WebhookParts) {
    const sender = new Sender(
      new Targets(settings.WEBHOOK_ALLOWED_NETWORKS),
      settings.WEBHOOK_TIMEOUT_SECONDS * MS,
      resolveHost,
    );
    this.tests = new WebhookTester(database, sender);
    this.dispatcher = new WebhookDispatcher({
      database,
      sender,
      onAttempt: ({ status }, lagMs) => telemetry.webhookAttempt(status, lagMs),
      onError: (error) =>
        logger.warn({ error: messageOf(error) }, 'Webhooks could not be served; the next attempt follows'),
    });
  }

  async stop(): Promise<void> {
    this.tests.stop();
    await this.dispatcher.stop();
  }
}
