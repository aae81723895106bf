/** Signatures of deliveries according to Standard Webhooks: HMAC-SHA256 over id, time and body. */
import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
const NEW_SECRET_BYTES = 32;
/** Of a secret, as specified. */
const MIN_SECRET_BYTES = 24;
const MAX_SECRET_BYTES = 64;

export const newWebhookSecret = (): string => `${PREFIX}${randomBytes(NEW_SECRET_BYTES).toString('base64')}`;

const bytesOf = (secret: string): Buffer => Buffer.from(secret.slice(PREFIX.length), 'base64');

/** Why a text is not a valid secret, as the end of a sentence; null when it is valid. */
export function webhookSecretProblem(secret: string): string | null {
  const bytes = bytesOf(secret);
  if (!secret.startsWith(PREFIX) || bytes.toString('base64') !== secret.slice(PREFIX.length))
    return `must be ${PREFIX} followed by base64`;
  return bytes.length >= MIN_SECRET_BYTES && bytes.length <= MAX_SECRET_BYTES
    ? null
    : `must have ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} bytes after ${PREFIX}, not ${bytes.length}`;
}

interface Message {
  /** Without a full stop. */
  readonly id: string;
  readonly timestampSeconds: number;
  readonly body: string;
}

/** The header `webhook-signature`: one signature per secret. */
export const signatureHeader = (secrets: readonly string[], { id, timestampSeconds, body }: Message): string =>
  secrets
    .map((secret) => createHmac('sha256', bytesOf(secret)).update(`${id}.${timestampSeconds}.${body}`).digest('base64'))
    .map((signature) => `v1,${signature}`)
    .join(' ');
