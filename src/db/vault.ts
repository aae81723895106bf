/**
 * Secrets at rest: AES-256-GCM under a random nonce, prefixed with the key's id, bound to account, row and field so
 * that a ciphertext cannot be moved. Bytes: 8 of key id, 12 of nonce, the ciphertext, 16 of tag.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

const KEY_ID = 8;
const NONCE = 12;
const TAG = 16;

/** Where a secret belongs; its ciphertext cannot be decrypted anywhere else. */
export interface EncryptionContext {
  readonly accountId: string;
  readonly rowId: string;
  readonly field: string;
}

const bound = ({ accountId, rowId, field }: EncryptionContext): Buffer =>
  Buffer.from(`${accountId}\0${rowId}\0${field}`);

export class Vault {
  readonly #key: Buffer;
  /** Identifies the key without revealing anything about it. */
  readonly keyId: Buffer;

  /** @param secret 32 bytes, the same in every process of a gateway. */
  constructor(secret: Buffer) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'stored secrets', 32));
    this.keyId = createHash('sha256').update(this.#key).digest().subarray(0, KEY_ID);
  }

  encrypt(plain: string, context: EncryptionContext): Buffer {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(bound(context));
    return Buffer.concat([this.keyId, nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  }

  /** @throws Error when it was encrypted with another key or for another context, or was changed. */
  decrypt(bytes: Buffer, context: EncryptionContext): string {
    if (!bytes.subarray(0, KEY_ID).equals(this.keyId))
      throw new Error('This value was encrypted with another secrets key');
    const nonce = bytes.subarray(KEY_ID, KEY_ID + NONCE);
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: TAG })
      .setAAD(bound(context))
      .setAuthTag(bytes.subarray(-TAG));
    const text = bytes.subarray(KEY_ID + NONCE, -TAG);
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
  }
}
