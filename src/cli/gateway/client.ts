/** A client of the gateway's API: typed documents over fetch, with an explanation for every failure. */
import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { DocumentNode } from 'graphql';
import { OperationTypeNode } from 'graphql/language/ast';
import { Kind } from 'graphql/language/kinds';
import { print } from 'graphql/language/printer';
import type { Credentials } from '../credentials';
import { CommandFailure } from '../failures';
import { GatewayRefusal, unreachable, unreadable, type GatewayErrors } from './refusal';

const TIMEOUT_MS = 120_000;

/** A generated operation with the types of its result and its variables. */
export type Operation<Data, Variables> = DocumentNode & { readonly __apiType?: (variables: Variables) => Data };

export interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: GatewayErrors;
}

/** A response whose body is a GraphQL result. */
export interface Response<Data> {
  readonly answer: Answer<Data>;
  /** The body as received. */
  readonly text: string;
  /** The gateway's clock, from its Date header; null without one. */
  readonly date: Date | null;
}

const isMutation = ({ definitions }: DocumentNode): boolean =>
  definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION && definition.operation === OperationTypeNode.MUTATION,
  );

/** Text of any language as a header value: ASCII as it is, everything else encoded according to RFC 8187. */
const headerText = (text: string): string =>
  /^(?!utf-8')[\x20-\x7e]*$/i.test(text) ? text : `UTF-8''${encodeURIComponent(text)}`;

let changesInFlight = 0;

/** Whether the gateway may be making a change right now. */
export const isChanging = (): boolean => changesInFlight > 0;

function parseAnswer<Data>(text: string): Answer<Data> | null {
  try {
    const value: unknown = JSON.parse(text);
    const isAnswer = typeof value === 'object' && value !== null && ('data' in value || 'errors' in value);
    return isAnswer ? (value as Answer<Data>) : null;
  } catch {
    return null;
  }
}

export class GatewayClient {
  readonly #headers: Readonly<Record<string, string>>;
  readonly #endpoint: string;

  /** @param reason why an operator does this; required for changes with a master key. */
  constructor(
    private readonly credentials: Credentials,
    reason?: string,
  ) {
    this.#endpoint = `${credentials.url.replace(/\/+$/, '')}/graphql`;
    this.#headers = {
      'content-type': 'application/json',
      'apollographql-client-name': 'portcullis',
      'x-api-key': credentials.key,
      ...(reason === undefined ? {} : { 'x-reason': headerText(reason) }),
    };
  }

  /**
   * Sends an operation.
   * @returns its data.
   * @throws CommandFailure when there is no response; GatewayRefusal when the gateway refuses.
   */
  async ask<Data, Variables>(document: Operation<Data, Variables>, variables: Variables): Promise<Data> {
    const body = JSON.stringify({ query: print(document), variables });
    const { data, errors } = (await this.send<Data>(body, isMutation(document))).answer;
    if (errors && errors.length > 0) throw this.#refusal(errors);
    if (!data) throw unreadable(this.#endpoint, null, this.#change(isMutation(document)));
    return data;
  }

  /**
   * @param body the request as JSON.
   * @param isChange whether the operation may change something.
   * @throws CommandFailure when there is no response, or not one of a gateway.
   */
  async send<Data>(body: string, isChange: boolean): Promise<Response<Data>> {
    changesInFlight += Number(isChange);
    try {
      return await this.#send(body, isChange);
    } finally {
      changesInFlight -= Number(isChange);
    }
  }

  /**
   * Subscribes.
   * @returns the data of each event; ends with the stream or the connection.
   * @throws CommandFailure when there is no response; GatewayRefusal when the gateway refuses, or states why it ends.
   */
  async *stream<Data, Variables>(document: Operation<Data, Variables>, variables: Variables): AsyncGenerator<Data> {
    const abort = new AbortController();
    const response = await fetch(this.#endpoint, {
      method: 'POST',
      headers: { ...this.#headers, accept: 'text/event-stream' },
      body: JSON.stringify({ query: print(document), variables }),
      signal: abort.signal,
      redirect: 'error',
    }).catch((error: unknown) => {
      throw unreachable(this.#endpoint, error, null);
    });
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
    try {
      if (!isStream || !response.body) {
        const { errors } = parseAnswer<Data>(await response.text()) ?? {};
        throw errors ? this.#refusal(errors) : unreadable(this.#endpoint, response.status, null);
      }
      const text = response.body.pipeThrough(new TextDecoderStream());
      for await (const { event, data: answer } of text.pipeThrough(new EventSourceParserStream())) {
        if (event === 'complete') return;
        const { data, errors } = parseAnswer<Data>(answer) ?? {};
        if (errors && errors.length > 0) throw this.#refusal(errors);
        if (data) yield data;
      }
    } catch (error) {
      // A lost connection is not a failure for a reader that reconnects.
      if (error instanceof CommandFailure) throw error;
    } finally {
      abort.abort();
    }
  }

  #refusal(errors: GatewayErrors): GatewayRefusal {
    return new GatewayRefusal(errors, this.credentials.profile);
  }

  #change(isChange: boolean): Credentials | null {
    return isChange ? this.credentials : null;
  }

  async #send<Data>(body: string, isChange: boolean): Promise<Response<Data>> {
    const failed = (error: unknown): never => {
      throw unreachable(this.#endpoint, error, this.#change(isChange));
    };
    const response = await fetch(this.#endpoint, {
      method: 'POST',
      headers: this.#headers,
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      // The key is only for this address.
      redirect: 'error',
    }).catch(failed);
    const text = await response.text().catch(failed);
    const answer = parseAnswer<Data>(text);
    if (!answer) throw unreadable(this.#endpoint, response.status, this.#change(isChange));
    const date = response.headers.get('date');
    return { answer, text, date: date === null ? null : new Date(date) };
  }
}
