/** Which operations a transport carries. */
import { OperationTypeNode } from 'graphql';
import { GatewayError, MAX_ANSWER_CHARS } from '../errors';

/** What a transport can carry in addition to a single answer to a query. */
export interface Transport {
  /** Whether a subscription may be answered, by an answer for each event. */
  readonly carriesStreams: boolean;
  /** Whether a mutation may run. */
  readonly allowsChanges: boolean;
  /** The maximum size of one answer. */
  readonly maxAnswerChars: number;
}

/** The methods of GraphQL over HTTP. */
export const ONE_ANSWER: Transport = { carriesStreams: false, allowsChanges: true, maxAnswerChars: MAX_ANSWER_CHARS };

/** @throws GatewayError BAD_REQUEST for an operation that the transport does not carry. */
export function refuseUncarried(operation: OperationTypeNode, transport: Transport): void {
  if (operation === OperationTypeNode.MUTATION && !transport.allowsChanges)
    throw new GatewayError('BAD_REQUEST', 'Send mutations by POST: intermediaries may repeat a GET.');
  if (operation === OperationTypeNode.SUBSCRIPTION && !transport.carriesStreams)
    throw new GatewayError(
      'BAD_REQUEST',
      'A subscription is answered by a stream: send it with "Accept: text/event-stream" (graphql-sse), or over a WebSocket (graphql-ws).',
    );
}
