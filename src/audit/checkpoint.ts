/** Signed checkpoints: what a chain looked like, to be kept where nobody who can change the database can reach it. */
import { isSigned, type Signer } from '../auth/signer';
import { CHECKPOINT_TEXTS } from '../db/statements/audit-events';
import type { KeyedColumn } from '../db/setup/rotate-secrets-key';
import type { TrustedPoint } from './verify-chain';

export interface Checkpoint extends TrustedPoint {
  readonly accountId: string;
  /** When its event happened, ISO 8601. */
  readonly at: string;
}

export interface SignedCheckpoint extends Checkpoint {
  /** Ed25519 over the checkpoint's text, base64url. */
  readonly signature: string;
  /** 32 bytes, base64url. */
  readonly publicKey: string;
}

/** What is signed. */
export const checkpointText = ({ accountId, sequence, hash, at }: Checkpoint): string =>
  JSON.stringify({ form: 'portcullis-checkpoint-1', accountId, sequence, hash, at });

export function signCheckpoint(signer: Signer, { accountId, sequence, hash, at }: Checkpoint): SignedCheckpoint {
  const checkpoint = { accountId, sequence, hash, at };
  return { ...checkpoint, signature: signer.sign(checkpointText(checkpoint)), publicKey: signer.publicKey };
}

/** @param publicKey of the gateway, from a place that the checkpoint did not come from. */
export const isSignedBy = (checkpoint: Checkpoint & { readonly signature: string }, publicKey: string): boolean =>
  isSigned(checkpointText(checkpoint), checkpoint.signature, publicKey);

/** For a change of the secrets key: the checkpoints behind which archived events were removed. */
export const rekeyedCheckpoints = (from: Signer, to: Signer): KeyedColumn => ({
  table: 'audit_checkpoint',
  column: 'signature',
  context: CHECKPOINT_TEXTS,
  renew: (signature, [accountId, sequence, hash, at]) => {
    const checkpoint = { accountId: accountId ?? '', sequence: Number(sequence), hash: hash ?? '', at: at ?? '' };
    if (!isSignedBy({ ...checkpoint, signature: String(signature) }, from.publicKey))
      throw new Error(`The checkpoint of account ${checkpoint.accountId} was not signed with the old secrets key.`);
    return signCheckpoint(to, checkpoint).signature;
  },
});
