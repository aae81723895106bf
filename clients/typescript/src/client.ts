/** The client: one key of one gateway. */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { Kind, OperationTypeNode, print, type DocumentNode } from 'graphql';
import { dataOf, retryAfterOf } from './answer.js';
import { CONSISTENCY_TOKEN, ConsistencyTokens } from './consistency.js';
import { NoAnswerError, PortcullisError } from './errors.js';
import { followStream } from './stream.js';
import { MAX_RETRY_AFTER_SECONDS, waitSeconds } from './wait.js';

export interface ClientOptions {
  /** The endpoint, for example `https://gateway.example/graphql`. */
  readonly url: string;
  /** The API key: the key of an account, or a master key. */
  readonly key: string;
  /** The reason for what a master key does, in any language; 3 to 500 characters. */
  readonly reason?: string;
  /** How often to retry after UNAVAILABLE or OVERLOADED; default: 3. */
  readonly maxRetries?: number;
}

export interface RequestOptions {
  /** Overrides the client's. */
  readonly reason?: string;
  /** The Idempotency-Key of a change, 1 to 255 visible ASCII characters; default: a new one for each call. */
  readonly idempotencyKey?: string;
  /** Aborts the request; for a time limit, `AbortSignal.timeout(ms)`. */
  readonly signal?: AbortSignal;
}

export interface StreamOptions {
  /** Aborts the stream. */
  readonly signal?: AbortSignal;
  /**
   * After this time without a byte, the connection counts as lost; default: 45,000, three times the gateway's interval.
   */
  readonly maxSilenceMs?: number;
}

/** Variables may be omitted if none is required. */
type Call<Variables, Options> =
  Record<string, never> extends Variables
    ? [variables?: Variables, options?: Options]
    : [variables: Variables, options?: Options];

const DEFAULT_RETRIES = 3;
const RETRIED: ReadonlySet<string> = new Set(['UNAVAILABLE', 'OVERLOADED']);

const isRetried = (error: unknown): error is PortcullisError =>
  error instanceof PortcullisError && error.problems.every(({ extensions }) => RETRIED.has(extensions.code));

/** crypto.randomUUID exists only on secure pages. */
const newIdempotencyKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-');

/** Header values are bytes: RFC 8187 carries any text. */
const asHeader = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text) && !/^utf-8'/i.test(text) ? text : `UTF-8''${encodeURIComponent(text)}`;

function operationTypeOf({ definitions }: DocumentNode): OperationTypeNode {
  const [operation, ...others] = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operation && others.length === 0) return operation.operation;
  throw new TypeError('The document must hold exactly one operation.');
}

export class PortcullisClient {
  private readonly stored = new ConsistencyTokens();

  constructor(private readonly options: ClientOptions) {}

  /**
   * Sends a query or a mutation, and retries if the gateway could not serve it; a change is made only once. Reads see
   * the earlier changes of this client, even behind another gateway with replicas.
   * @returns the data of an answer without errors.
   * @throws PortcullisError for an answer with errors, with `data` for the fields that did not fail.
   * @throws NoAnswerError if no answer arrived; this is not retried.
   */
  async request<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    ...[variables, options = {}]: Call<Variables, RequestOptions>
  ): Promise<Data> {
    const type = operationTypeOf(document);
    if (type === OperationTypeNode.SUBSCRIPTION) throw new TypeError('Subscriptions are followed with stream().');
    const { reason, signal } = options;
    const idempotencyKey =
      type === OperationTypeNode.MUTATION ? (options.idempotencyKey ?? newIdempotencyKey()) : undefined;
    const known = this.stored.current();
    const headers = {
      ...this.headers(reason),
      accept: 'application/json',
      ...(known.length > 0 && { [CONSISTENCY_TOKEN]: known.join(',') }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    };
    const init: RequestInit = { method: 'POST', headers, body: bodyOf(document, variables), signal: signal ?? null };
    const { maxRetries = DEFAULT_RETRIES } = this.options;
    for (let attempt = 0; ; attempt += 1) {
      const { text, status, retryAfter, token } = await this.send(init, idempotencyKey);
      if (token !== null) this.stored.add(token, known);
      try {
        return dataOf(text, status, idempotencyKey) as Data;
      } catch (error) {
        const seconds = retryAfterOf(error, retryAfter) ?? 1;
        if (!isRetried(error) || attempt >= maxRetries || seconds > MAX_RETRY_AFTER_SECONDS) throw error;
        await waitSeconds(seconds, signal);
      }
    }
  }

  /**
   * Follows a subscription over server-sent events. Lost connections, and streams that the gateway ended although they
   * can be continued, are resumed after the last event that arrived. Leaving the loop ends the stream.
   * @throws PortcullisError if it cannot be continued, for example because the key was revoked.
   * @throws NoAnswerError if `maxRetries` connections in succession delivered nothing.
   */
  stream<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    ...[variables, options = {}]: Call<Variables, StreamOptions>
  ): AsyncGenerator<Data, void, undefined> {
    if (operationTypeOf(document) !== OperationTypeNode.SUBSCRIPTION)
      throw new TypeError('Queries and mutations are sent with request().');
    return followStream<Data>({
      url: this.options.url,
      headers: this.headers(undefined),
      body: bodyOf(document, variables),
      maxFailures: this.options.maxRetries ?? DEFAULT_RETRIES,
      ...options,
    });
  }

  private headers(reason = this.options.reason): Record<string, string> {
    return {
      'content-type': 'application/json',
      'x-api-key': this.options.key,
      ...(reason !== undefined && { 'x-reason': asHeader(reason) }),
    };
  }

  private async send(
    init: RequestInit,
    idempotencyKey: string | undefined,
  ): Promise<{ text: string; status: number; retryAfter: string | null; token: string | null }> {
    try {
      const response = await fetch(this.options.url, init);
      const { headers, status } = response;
      const text = await response.text();
      return { text, status, retryAfter: headers.get('retry-after'), token: headers.get(CONSISTENCY_TOKEN) };
    } catch (cause) {
      if (init.signal?.aborted) throw cause;
      throw new NoAnswerError(`No answer came from ${this.options.url}.`, idempotencyKey, { cause });
    }
  }
}

function bodyOf(document: DocumentNode, variables: unknown): string {
  return JSON.stringify({ query: print(document), variables });
}
