/** A client of the gateway's API: typed documents over fetch, and every failure in a sentence. */
import { print, type DocumentNode } from 'graphql';
import { headerText } from '../../util/header-text';
import { GatewayRefusal, unreachable, unreadable, type GatewayErrors } from './refusal';

const TIMEOUT = 120_000;

/** An operation with the types of its answer and its variables, as it is generated. */
export type Operation<Data, Variables> = DocumentNode & { readonly __apiType?: (variables: Variables) => Data };

export interface Connection {
  /** Without `/graphql`. */
  readonly url: string;
  readonly key: string;
  /** Why an operator does this; a master key writes only with one. */
  readonly reason?: string | undefined;
}

export interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: GatewayErrors;
  /** The clock of the gateway, as its Date header has it; null without one. */
  readonly date: Date | null;
}

export class GatewayClient {
  readonly #headers: Readonly<Record<string, string>>;
  readonly #endpoint: string;

  constructor(readonly connection: Connection) {
    const { url, key, reason } = connection;
    this.#endpoint = `${url.replace(/\/+$/, '')}/graphql`;
    this.#headers = {
      'content-type': 'application/json',
      'apollographql-client-name': 'portcullis',
      'x-api-key': key,
      ...(reason === undefined ? {} : { 'x-reason': headerText(reason) }),
    };
  }

  /**
   * Sends an operation.
   * @returns its data.
   * @throws CommandFailure when nothing answers; GatewayRefusal when the gateway refuses.
   */
  async ask<Data, Variables>(document: Operation<Data, Variables>, variables: Variables): Promise<Data> {
    const { data, errors } = await this.send<Data>({ query: print(document), variables });
    if (errors && errors.length > 0) throw new GatewayRefusal(errors);
    if (!data) throw unreadable(this.#endpoint);
    return data;
  }

  /** @throws CommandFailure when nothing answers, or something that is not the gateway. */
  async send<Data>(body: object): Promise<Answer<Data>> {
    const response = await fetch(this.#endpoint, {
      method: 'POST',
      headers: this.#headers,
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT),
      // The key is for this address alone.
      redirect: 'error',
    }).catch((error: unknown) => {
      throw unreachable(this.#endpoint, error);
    });
    const date = response.headers.get('date');
    const answer: unknown = await response.json().catch(() => null);
    if (typeof answer !== 'object' || answer === null || !('data' in answer || 'errors' in answer))
      throw unreadable(this.#endpoint, response.status);
    return { ...(answer as Omit<Answer<Data>, 'date'>), date: date === null ? null : new Date(date) };
  }
}
