/** Who a request comes from. */
import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/**
 * The address of the caller: who connected, or whom a trusted proxy names. A proxy that passes on what is no address
 * is taken for the caller itself.
 */
export const addressOf = ({ ip, socket }: FastifyRequest): string =>
  isIP(ip) > 0 ? ip : (socket.remoteAddress ?? 'unknown');
