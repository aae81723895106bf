/** A request for GraphQL on its way into Apollo and out again, or on the shorter way of operations that came before. */
import type { IncomingHttpHeaders } from 'node:http';
import { HeaderMap } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GatewayContext, IncomingCall } from '../graph/context';
import type { ErrorMask } from '../graph/errors/to-gateway-error';
import type { Execution } from '../graph/apollo-server';
import { addressOf } from './client-ip';

/** The headers that Apollo reads; copying the others would be work for every request. */
const APOLLO_HEADERS = ['accept', 'content-type', 'apollo-require-preflight', 'x-apollo-operation-name'] as const;

function apolloHeaders(headers: IncomingHttpHeaders): HeaderMap {
  const map = new HeaderMap();
  for (const name of APOLLO_HEADERS) {
    const value = headers[name];
    if (typeof value === 'string') map.set(name, value);
  }
  return map;
}

function searchOf(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<string>;

const MOST_FORMS = 50;

/** Which form an answer takes for an Accept header, as Apollo chose it before. */
class Forms {
  readonly #known = new Map<string, string>();

  of({ accept = '' }: IncomingHttpHeaders): string | undefined {
    return this.#known.get(accept);
  }

  learn({ accept = '' }: IncomingHttpHeaders, form: string | undefined): void {
    if (form === undefined) return;
    this.#known.set(accept, form);
    if (this.#known.size <= MOST_FORMS) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}

/** Apollo's integration contract: one request in, one complete answer out. Repeated operations go a shorter way. */
export function graphqlHandler(
  { apollo, repeated }: Execution,
  mask: ErrorMask,
  openContext: (call: IncomingCall) => Promise<GatewayContext>,
): Handler {
  const forms = new Forms();
  return async (request, reply) => {
    const { id: requestId, headers, method, body } = request;
    const address = addressOf(request);
    let opened: GatewayContext | undefined;
    const open = async (): Promise<GatewayContext> => {
      try {
        return (opened = await openContext({ requestId, address, headers, body }));
      } catch (error) {
        throw mask.judge(error, requestId);
      }
    };
    // After Apollo's own headers, one of which would let a cache keep an answer.
    const seal = async (text: string): Promise<string> => {
      if (opened?.finish) await opened.finish();
      reply.header('cache-control', 'no-store');
      return text;
    };
    const form = forms.of(headers);
    const asked = method === 'POST' && form !== undefined ? repeated?.find(body) : null;
    const attempt = asked ? await repeated?.attempt(asked, open) : null;
    if (typeof attempt?.text === 'string') {
      reply.header('content-type', form);
      return seal(attempt.text);
    }
    const search = searchOf(request.raw.url ?? '');
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method, headers: apolloHeaders(headers), search, body },
      context: attempt?.context ?? open,
    });
    if (answer.body.kind !== 'complete') throw new Error('An answer in parts was not asked for');
    reply.code(answer.status ?? 200);
    for (const [name, value] of answer.headers) reply.header(name, value);
    if (method === 'POST' && (answer.status ?? 200) === 200) forms.learn(headers, answer.headers.get('content-type'));
    return seal(answer.body.string);
  };
}
