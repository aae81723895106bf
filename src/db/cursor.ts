/**
 * Positions in a list, encrypted: opaque, tamper-evident, and bound to the list, its order and its account. Encrypted
 * with AES-256-GCM under a synthetic nonce (the position's own HMAC), so that the same position always gives the same
 * cursor and a response depends only on its own rows.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { GatewayError } from '../errors';

const NONCE = 12;
const TAG = 16;

const invalid = (): GatewayError =>
  new GatewayError(
    'INVALID_CURSOR',
    'This cursor was not issued for this list in this order by this gateway. Start again without a cursor.',
  );

export class CursorCipher {
  readonly #cipherKey: Buffer;
  readonly #nonceKey: Buffer;

  /** @param secret 32 bytes, the same in every process of a gateway. */
  constructor(secret: Buffer) {
    this.#cipherKey = Buffer.from(hkdfSync('sha256', secret, '', 'cursor cipher', 32));
    this.#nonceKey = Buffer.from(hkdfSync('sha256', secret, '', 'cursor nonce', 32));
  }

  /** @param list what the cursor is valid for: resource, order and account. */
  encrypt(list: string, position: readonly unknown[]): string {
    const plain = JSON.stringify(position);
    const nonce = createHmac('sha256', this.#nonceKey)
      .update(list)
      .update('\0')
      .update(plain)
      .digest()
      .subarray(0, NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.#cipherKey, nonce).setAAD(Buffer.from(list));
    return Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
      'base64url',
    );
  }

  /** @throws GatewayError INVALID_CURSOR */
  decrypt(list: string, cursor: string): unknown[] {
    const bytes = Buffer.from(cursor, 'base64url');
    if (bytes.length <= NONCE + TAG || bytes.toString('base64url') !== cursor) throw invalid();
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#cipherKey, bytes.subarray(0, NONCE), {
        authTagLength: TAG,
      })
        .setAAD(Buffer.from(list))
        .setAuthTag(bytes.subarray(-TAG));
      const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]).toString('utf8');
      const position: unknown = JSON.parse(plain);
      if (Array.isArray(position)) return position;
    } catch {
      // Every kind of invalid cursor gets the same error.
    }
    throw invalid();
  }
}
