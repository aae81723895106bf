/** Signed checkpoints of a chain, to be kept out of reach of anyone who can change the database. */
import { isSigned, type Signer } from '../auth/signer';
import { CHECKPOINT_TEXTS } from '../db/statements/audit-events';
import type { KeyedColumn } from '../db/setup/rotate-secrets-key';
import type { TrustedPoint } from './verify-chain';

export interface Checkpoint extends TrustedPoint {
  readonly accountId: string;
  /** When the event happened, ISO 8601. */
  readonly at: string;
}

export interface SignedCheckpoint extends Checkpoint {
  /** Ed25519 signature of the checkpoint's text, base64url. */
  readonly signature: string;
  /** 32 bytes, base64url. */
  readonly publicKey: string;
}

/** The text that is signed. */
export const checkpointText = ({ accountId, sequence, hash, at }: Checkpoint): string =>
  JSON.stringify({ form: 'portcullis-checkpoint-1', accountId, sequence, hash, at });

export function signCheckpoint(signer: Signer, { accountId, sequence, hash, at }: Checkpoint): SignedCheckpoint {
  const checkpoint = { accountId, sequence, hash, at };
  return { ...checkpoint, signature: signer.sign(checkpointText(checkpoint)), publicKey: signer.publicKey };
}

/** @param publicKey the gateway's, from a different source than the checkpoint. */
export const isSignedBy = (checkpoint: Checkpoint & { readonly signature: string }, publicKey: string): boolean =>
  isSigned(checkpointText(checkpoint), checkpoint.signature, publicKey);

/** For a change of the secrets key: the checkpoints up to which archived events were deleted. */
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
