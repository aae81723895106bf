/** Test deliveries, sent at once: a few at a time, so that the gateway cannot be used to scan a network. */
import type { Database } from '../db/database';
import { newId } from '../db/ids';
import { logDelivery } from '../db/statements/webhooks';
import { overloaded } from '../http/refusal';
import { testMessage } from './cloud-event';
import { deliver, type Endpoint } from './delivery';
import type { Outcome } from './outcome';
import type { Sender } from './send';

const MAX_TESTS = 8;
const MAX_TESTS_PER_ACCOUNT = 2;

export interface LoggedTest extends Outcome {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
}

export class WebhookTester {
  /** The accounts of tests in progress. */
  readonly #running: string[] = [];
  readonly #ending = new AbortController();

  constructor(
    private readonly database: Database,
    private readonly sender: Sender,
  ) {}

  /** @throws GatewayError OVERLOADED */
  async test(accountId: string, webhookId: string, endpoint: Endpoint): Promise<LoggedTest> {
    const ofAccount = this.#running.filter((id) => id === accountId).length;
    if (this.#running.length >= MAX_TESTS || ofAccount >= MAX_TESTS_PER_ACCOUNT)
      throw overloaded('Too many webhook tests are in progress. Nothing was sent; try again.');
    this.#running.push(accountId);
    try {
      const id = newId();
      const outcome = await deliver(this.sender, endpoint, testMessage(accountId, webhookId, id), this.#ending.signal);
      const entry = { ...outcome, id, accountId, webhookId, sequence: null, attempt: 1, retryDelayMs: null };
      const [[[at] = []] = []] = await this.database.transact([logDelivery(entry)]);
      return { ...outcome, id, at: String(at) };
    } finally {
      this.#running.splice(this.#running.indexOf(accountId), 1);
    }
  }

  /** Ends tests in progress. */
  stop(): void {
    this.#ending.abort();
  }
}
