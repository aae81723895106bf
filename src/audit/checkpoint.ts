/** Signed checkpoints: what a chain looked like, to be kept where nobody who can change the database can reach it. */
import { isSigned, type Signer } from '../auth/signer';
import type { Anchor } from './verify';

export interface Checkpoint extends Anchor {
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
export const isGenuine = (checkpoint: Checkpoint & { readonly signature: string }, publicKey: string): boolean =>
  isSigned(checkpointText(checkpoint), checkpoint.signature, publicKey);
