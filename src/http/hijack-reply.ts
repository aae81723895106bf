/** Writes answers directly to the Node.js response, where Fastify would add too much overhead. */
import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';

/** @returns the response, with the headers that have been set on the reply so far. */
export function hijackReply(reply: FastifyReply): ServerResponse {
  reply.hijack();
  const { raw } = reply;
  if (!raw.headersSent)
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  return raw;
}
