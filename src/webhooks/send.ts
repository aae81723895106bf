/** One POST to an untrusted endpoint: limited in time and bytes, to a checked address, without redirects. */
import { promises as dns, type LookupAddress } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { DeliveryStatus, Outcome } from './outcome';
import { FORBIDDEN_ADDRESS, hostOf, type Targets } from './target';

/** Only the status of a response counts. */
const MAX_RESPONSE_BYTES = 16 * 1024;
const MAX_RESPONSE_HEADER_BYTES = 16 * 1024;

/** The addresses of a name, IPv4 and IPv6. @throws when it has none. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/**
 * Queries the DNS servers directly, not the system resolver, whose lookups occupy one of few threads for as long as a
 * name server likes, and would make other accounts wait.
 */
export function dnsResolver(timeoutMs: number): Resolve {
  const resolver = new dns.Resolver({ timeout: timeoutMs, tries: 1 });
  return async (name) => {
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (addresses.length === 0) throw new Error('The name has no address');
    return addresses;
  };
}

class Failure extends Error {
  constructor(
    readonly status: DeliveryStatus,
    problem: string,
  ) {
    super(problem);
  }
}

const timedOut = (timeoutMs: number): Failure =>
  new Failure('TIMED_OUT', `The endpoint did not answer within ${timeoutMs / 1_000} s.`);

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

export class Sender {
  constructor(
    private readonly targets: Targets,
    /** For everything: lookup, connection, request and response. */
    readonly timeoutMs: number,
    private readonly resolve: Resolve = dnsResolver(timeoutMs),
  ) {}

  /** @throws only when aborted by `signal`. */
  async send(post: Post): Promise<Outcome> {
    const startedAt = performance.now();
    const timeout = AbortSignal.timeout(this.timeoutMs);
    const signal = AbortSignal.any([post.signal, timeout]);
    const outcome = (status: DeliveryStatus, responseStatus: number | null, problem: string | null): Outcome => ({
      status,
      responseStatus,
      problem,
      durationMs: Math.round(performance.now() - startedAt),
    });
    try {
      const status = await this.#post(post, signal);
      if (status >= 200 && status < 300) return outcome('SUCCEEDED', status, null);
      const redirect = status >= 300 && status < 400 ? ' Redirects are not followed.' : '';
      return outcome('REJECTED', status, `The endpoint answered with ${status}.${redirect}`);
    } catch (error) {
      if (post.signal.aborted) throw error;
      const failure = timeout.aborted ? timedOut(this.timeoutMs) : error;
      if (failure instanceof Failure) return outcome(failure.status, null, failure.message);
      return outcome(
        'UNREACHABLE',
        null,
        'The connection could not be made, was closed before the answer, or has no valid TLS.',
      );
    }
  }

  async #post({ url: text, headers, body }: Post, signal: AbortSignal): Promise<number> {
    const url = new URL(text);
    const problem = this.targets.problemOf(url);
    if (problem !== null) throw new Failure('FORBIDDEN_TARGET', problem);
    const isEncrypted = url.protocol === 'https:';
    const addresses = await this.#addresses(url, isEncrypted, signal);
    const options: RequestOptions = {
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      // A separate connection per delivery, only to the checked addresses.
      agent: false,
      lookup: pinnedTo(addresses),
      maxHeaderSize: MAX_RESPONSE_HEADER_BYTES,
      signal,
    };
    return new Promise((resolve, reject) => {
      const request = (isEncrypted ? httpsRequest : httpRequest)(url, options, (response) => {
        const finish = (): void => {
          resolve(response.statusCode ?? 0);
          request.destroy();
        };
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MAX_RESPONSE_BYTES) finish();
        });
        response.on('end', finish);
        response.on('error', reject);
      });
      request.on('error', reject);
      request.on('close', () => reject(new Error('The connection ended before the answer')));
      request.end(body);
    });
  }

  /** @throws Failure FORBIDDEN_TARGET unless all of them are allowed: we do not control which one is used. */
  async #addresses(url: URL, isEncrypted: boolean, signal: AbortSignal): Promise<readonly string[]> {
    const host = hostOf(url);
    const addresses = isIP(host) > 0 ? [host] : await unlessAborted(this.#resolved(host), signal);
    if (!addresses.every((address) => this.targets.allows(address, isEncrypted)))
      throw new Failure('FORBIDDEN_TARGET', FORBIDDEN_ADDRESS);
    return addresses;
  }

  #resolved(name: string): Promise<readonly string[]> {
    return this.resolve(name).catch(() => {
      throw new Failure('UNREACHABLE', 'The host of the URL has no address in DNS.');
    });
  }
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(new Error('Aborted'));
    signal.addEventListener('abort', () => reject(new Error('Aborted')), { once: true });
    work.then(resolve, reject);
  });
}

/** A lookup that returns the earlier result: a name that resolves differently by now changes nothing. */
const pinnedTo =
  (addresses: readonly string[]): LookupFunction =>
  (_name, options, callback) => {
    const all: LookupAddress[] = addresses.map((address) => ({ address, family: isIP(address) }));
    const first = all[0];
    if (options.all || !first) callback(null, all);
    else callback(null, first.address, first.family);
  };
