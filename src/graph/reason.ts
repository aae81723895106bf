/** Reads X-Reason in any language: it arrives intact, or the request is refused. */
import { isUtf8 } from 'node:buffer';
import { GatewayError } from '../errors';
import { secretIn } from '../util/secret-shapes';

const MIN_CHARACTERS = 3;
const MAX_CHARACTERS = 500;

/** RFC 8187: `UTF-8'language'percent-encoded`; the language is optional. */
const EXTENDED = /^utf-8'[A-Za-z0-9-]*'(.*)$/is;
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

const refuse = (problem: string): GatewayError =>
  new GatewayError(
    'BAD_REQUEST',
    `X-Reason ${problem}. Send text in UTF-8, or as RFC 8187 has it: UTF-8''f%C3%BCr (encodeURIComponent of the text behind UTF-8'').`,
  );

/** @param header as Node.js provides it: one character per byte. */
function decode(header: string): string {
  const bytes = Buffer.from(header, 'latin1');
  if (!isUtf8(bytes)) throw refuse('holds bytes that are not UTF-8');
  const [, encoded] = EXTENDED.exec(header) ?? [];
  if (encoded === undefined) return bytes.toString('utf8');
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw refuse("begins with UTF-8'' and is not percent-encoded UTF-8");
  }
}

/**
 * @returns null without a reason, and for one shorter than 3 characters, which is not meaningful.
 * @throws GatewayError BAD_REQUEST for one that cannot be stored unchanged.
 */
export function readReason(header: string | undefined): string | null {
  if (header === undefined) return null;
  const reason = decode(header).trim();
  const { length } = [...reason];
  if (length < MIN_CHARACTERS) return null;
  if (length > MAX_CHARACTERS) throw refuse(`has ${length} characters; at most ${MAX_CHARACTERS} are stored`);
  if (UNSEEN.test(reason)) throw refuse('holds control characters');
  const secret = secretIn(reason);
  if (secret !== null)
    throw new GatewayError(
      'BAD_REQUEST',
      `X-Reason seems to hold ${secret}, which everybody who reads the audit log would see. State the reason in plain text.`,
    );
  return reason;
}
