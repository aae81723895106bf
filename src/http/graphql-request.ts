/** The content of a request to /graphql: an operation, and the media types of its answer. */
import type { IncomingHttpHeaders } from 'node:http';
import { HeaderMap } from '@apollo/server';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';
import { GatewayError } from '../errors';
import type { OperationRequest } from '../graph/run-operation';
import { isRecord } from '../util/json-values';
import { EVENT_STREAM } from './event-stream';

/** In order of preference for callers that have none. */
export const MEDIA_TYPES = ['application/json; charset=utf-8', 'application/graphql-response+json; charset=utf-8'];
export const [JSON_TYPE = ''] = MEDIA_TYPES;

/** The media types that a request's Accept header allows. */
export interface Acceptance {
  /** For a single answer; undefined if none of ours is allowed. */
  readonly mediaType: string | undefined;
  /** Whether it includes event streams. */
  readonly allowsStream: boolean;
}

const ANYTHING: Acceptance = { mediaType: JSON_TYPE, allowsStream: false };

/** Clients repeat a small number of Accept headers. */
const MAX_NEGOTIATED = 100;
const MAX_ACCEPT_CHARS = 200;
const negotiated = new LRUCache<string, Acceptance>({ max: MAX_NEGOTIATED });

export function acceptanceOf({ headers }: FastifyRequest): Acceptance {
  const { accept } = headers;
  if (accept === undefined) return ANYTHING;
  let result = negotiated.get(accept);
  if (!result) {
    const negotiator = new Negotiator({ headers });
    const allowsStream = /text\/event-stream/i.test(accept) && negotiator.mediaType([EVENT_STREAM]) !== undefined;
    result = {
      mediaType: negotiator.mediaType(MEDIA_TYPES) ?? (allowsStream ? EVENT_STREAM : undefined),
      allowsStream,
    };
    if (accept.length <= MAX_ACCEPT_CHARS) negotiated.set(accept, result);
  }
  return result;
}

/** The headers Apollo reads; copying all of them would cost time on every request. */
const APOLLO_HEADERS = ['accept', 'content-type', 'apollo-require-preflight', 'x-apollo-operation-name'] as const;

export function apolloHeaders(headers: IncomingHttpHeaders): HeaderMap {
  const map = new HeaderMap();
  for (const name of APOLLO_HEADERS) {
    const value = headers[name];
    if (typeof value === 'string') map.set(name, value);
  }
  return map;
}

export function searchOf(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
}

const isAbsent = (value: unknown): value is null | undefined => value === null || value === undefined;
const isTextOrAbsent = (value: unknown): value is string | null | undefined =>
  isAbsent(value) || typeof value === 'string';
const isRecordOrAbsent = (value: unknown): value is Record<string, unknown> | null | undefined =>
  isAbsent(value) || isRecord(value);

/** @returns null for an invalid GraphQL request; Apollo Server reports the problem. */
export function operationRequestOf(body: unknown): OperationRequest | null {
  if (!isRecord(body)) return null;
  const { query, operationName, variables, extensions } = body;
  return isTextOrAbsent(query) &&
    isTextOrAbsent(operationName) &&
    isRecordOrAbsent(variables) &&
    isRecordOrAbsent(extensions)
    ? { query, operationName, variables, extensions }
    : null;
}

/** Headers that no page of another origin can send unasked. */
const PREFLIGHTED = ['apollo-require-preflight', 'x-apollo-operation-name', 'x-api-key', 'authorization'] as const;

/**
 * The request of a GET for an event stream, as `EventSource` sends it.
 * @throws GatewayError BAD_REQUEST
 */
export function streamRequestOf({ headers, raw }: FastifyRequest): OperationRequest {
  if (!PREFLIGHTED.some((name) => headers[name]))
    throw new GatewayError(
      'BAD_REQUEST',
      `A GET without a header that requires a preflight is not executed (protection against CSRF). Send one of the headers ${PREFLIGHTED.join(', ')}.`,
    );
  const search = new URLSearchParams(searchOf(raw.url ?? ''));
  // They were already checked to be JSON.
  const json = (name: string): unknown => JSON.parse(search.get(name) ?? 'null');
  const request = operationRequestOf({
    query: search.get('query'),
    operationName: search.get('operationName'),
    variables: json('variables'),
    extensions: json('extensions'),
  });
  if (request) return request;
  throw new GatewayError('BAD_REQUEST', 'The parameters variables and extensions must be JSON objects.');
}
