/** JSON in request bodies and query strings. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ownerOf } from '../auth/caller';
import { badInput, GatewayError } from '../errors';
import { Turns } from '../util/event-loop-turns';
import { MAX_BODY_BYTES } from './body-limit';
import { parseJson } from './parse-json';
import { parseLargeBody } from './parse-large-body';
import { parseBody } from './parse-body';

/** Parsing a smaller body takes less time than waiting would. */
const SMALL_BYTES = 16 * 1024;

/** Parsing may take 5 ms per turn of the event loop. */
const turns = new Turns(5);

async function parseFairly({ caller, clientAddress }: FastifyRequest, body: Buffer): Promise<unknown> {
  await turns.next(ownerOf(caller, clientAddress));
  return body.length > MAX_BODY_BYTES ? parseLargeBody(body, ownerOf(caller, clientAddress)) : parseBody(body);
}

/** @throws GatewayError BAD_USER_INPUT if parsing would change a value of the query string. */
function refuseInexactQuery(url: string): void {
  const [, search = ''] = /\?(.*)$/s.exec(url) ?? [];
  try {
    decodeURIComponent(search);
  } catch {
    throw badInput(
      [],
      'The query string of the URL is not percent-encoded UTF-8. Encode each value with encodeURIComponent.',
    );
  }
  for (const [name, text] of new URLSearchParams(search)) {
    if (name !== 'variables' && name !== 'extensions') continue;
    try {
      parseJson(text, [name]);
    } catch (error) {
      if (error instanceof GatewayError) throw error;
      throw badInput([name], `The parameter ${name} is not JSON.`);
    }
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Registers the parser, and the same check for GET. */
export function parseJsonFaithfully(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length > SMALL_BYTES) return parseFairly(request, body);
    done(null, parseBody(body));
  });
  app.addHook('preValidation', (request, _reply, done) => {
    try {
      if (request.method === 'GET' && request.url.includes('?')) refuseInexactQuery(request.url);
      done();
    } catch (error) {
      done(asError(error));
    }
  });
}
