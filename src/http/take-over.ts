/** Answers past Fastify, where an answer must cost less than Fastify makes of it. */
import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';

/** @returns the response, with the headers that were set for the answer until then. */
export function takeOver(reply: FastifyReply): ServerResponse {
  reply.hijack();
  const { raw } = reply;
  if (!raw.headersSent)
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  return raw;
}
