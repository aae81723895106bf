/** Reads server-sent events from a gateway, according to the GraphQL over SSE protocol. */
import { eventually } from '../harness/eventually';

export interface Sent {
  readonly event: string;
  readonly id: string | null;
  readonly data: {
    readonly data?: Record<string, unknown> | null;
    readonly errors?: { message: string; extensions: { code: string } & Record<string, unknown> }[];
  } | null;
}

function parsed(block: string): Sent {
  const field = (name: string): string | null =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trimStart() ?? null;
  const data = field('data');
  return { event: field('event') ?? '', id: field('id'), data: data ? (JSON.parse(data) as Sent['data']) : null };
}

export interface Subscribe {
  readonly key: string | null;
  readonly query: string;
  readonly variables?: object;
  readonly headers?: Record<string, string>;
}

/** An open subscription; `text` grows until it ends. */
export class EventSource {
  /** Everything that was received, including comments. */
  text = '';
  isOver = false;

  private constructor(
    readonly status: number,
    readonly type: string | null,
    private readonly abort: AbortController,
  ) {}

  static async open(address: string, { key, query, variables = {}, headers = {} }: Subscribe): Promise<EventSource> {
    const abort = new AbortController();
    const answer = await fetch(`${address}/graphql`, {
      method: 'POST',
      signal: abort.signal,
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        'x-reason': 'a test',
        ...(key === null ? {} : { 'x-api-key': key }),
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    const source = new EventSource(answer.status, answer.headers.get('content-type'), abort);
    void source.#read(answer.body);
    return source;
  }

  get sent(): Sent[] {
    // What follows the last blank line is still arriving.
    return this.text
      .split('\n\n')
      .slice(0, -1)
      .filter((block) => block.startsWith('event:'))
      .map(parsed);
  }

  /** The data of its events. */
  get events(): Record<string, unknown>[] {
    return this.sent.flatMap(({ data }) => (data?.data ? [data.data] : []));
  }

  /** The codes of the errors that were received. */
  get codes(): string[] {
    return this.sent.flatMap(({ data }) => data?.errors?.map(({ extensions }) => extensions.code) ?? []);
  }

  until(holds: (source: this) => boolean, within = 5_000): Promise<number> {
    return eventually(async () => holds(this), within);
  }

  close(): void {
    this.abort.abort();
  }

  async #read(body: ReadableStream<Uint8Array> | null): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of body ?? []) this.text += decoder.decode(chunk as Uint8Array, { stream: true });
    } catch {
      // Closed here, or by the other side.
    }
    this.isOver = true;
  }
}
