/** Static pages and files: built and compressed once, identified by hash, served as bytes shared by all answers. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Smaller ones are not worth a second copy. */
const MIN_COMPRESSED_BYTES = 1_024;

export interface StaticAsset {
  readonly type: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer | null;
  /** The first digits of the content's SHA-256, in hexadecimal. */
  readonly hash: string;
}

const shared = new WeakSet<Buffer>();
/** Whether these bytes are shared by many answers. */
export const isShared = (bytes: Buffer): boolean => shared.has(bytes);

/** @param gzipped the same, compressed beforehand. */
export function loadAsset(type: string, plain: Buffer, gzipped: Buffer | null): StaticAsset {
  const hash = createHash('sha256').update(plain).digest('hex').slice(0, 16);
  for (const bytes of [plain, gzipped]) if (bytes) shared.add(bytes);
  return { type, plain, hash, gzipped };
}

export async function createAsset(type: string, text: string): Promise<StaticAsset> {
  const plain = Buffer.from(text);
  return loadAsset(type, plain, plain.length < MIN_COMPRESSED_BYTES ? null : await promisify(gzip)(plain));
}

const acceptsGzip = ({ headers }: FastifyRequest): boolean =>
  /(?:^|[\s,])(?:gzip|\*)(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(headers['accept-encoding'] ?? '');

/** @param cacheControl `no-cache` for a page at a fixed URL, `immutable` for a file with its hash in the URL. */
export function sendAsset(
  request: FastifyRequest,
  reply: FastifyReply,
  { type, plain, gzipped, hash }: StaticAsset,
  cacheControl: 'no-cache' | 'public, max-age=31536000, immutable',
): FastifyReply {
  const compressed = gzipped !== null && acceptsGzip(request) ? gzipped : null;
  const etag = compressed ? `"${hash}-gzip"` : `"${hash}"`;
  reply.headers({ 'cache-control': cacheControl, etag, vary: 'Origin, Accept-Encoding' });
  const cached = (request.headers['if-none-match'] ?? '').split(',');
  if (cached.some((tag) => tag.trim().replace(/^W\//, '') === etag)) return reply.code(304).send();
  if (compressed) reply.header('content-encoding', 'gzip');
  return reply.type(type).send(compressed ?? plain);
}
