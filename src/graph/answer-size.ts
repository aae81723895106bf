/** How large an answer may be: the cost of an operation counts its objects, and an object may be small or large. */
import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import { answerTooLarge, LARGEST_ANSWER } from '../errors';
import type { GatewayContext } from './context';
import type { ErrorMask } from './errors/to-gateway-error';

/** What a number, a bracket or a comma takes, about. */
const SMALL = 8;

/**
 * Counts characters of the answer as JSON, about; stops at the limit, however much there is. One row may hang in many
 * places, so what was read from the database says little about what is sent.
 */
export function isTooLarge(answer: unknown, limit = LARGEST_ANSWER): boolean {
  const rest: unknown[] = [answer];
  let size = 0;
  while (rest.length > 0 && size <= limit) {
    const value = rest.pop();
    size += SMALL;
    if (typeof value === 'string') size += value.length;
    else if (Array.isArray(value)) for (const item of value) rest.push(item);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        size += name.length;
        rest.push(inner);
      }
    }
  }
  return size > limit;
}

/** Puts an error in the place of an answer that is too large; it is never written out. */
export function answerSizePlugin(mask: ErrorMask): ApolloServerPlugin<GatewayContext> {
  const listener: GraphQLRequestListener<GatewayContext> = {
    async willSendResponse({ response, contextValue }) {
      if (response.body.kind !== 'single' || !isTooLarge(response.body.singleResult.data)) return;
      const refusal = mask.judge(answerTooLarge(), contextValue.requestId);
      response.body.singleResult = { errors: [mask.format(refusal.toJSON(), refusal)] };
      response.http.status = 400;
    },
  };
  return { requestDidStart: async () => listener };
}
