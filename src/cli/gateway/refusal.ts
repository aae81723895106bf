/** What can go wrong between the command line and the gateway, and what to do about it. */
import { CommandFailure } from '../failures';
import { visible } from '../output/text';
import { commandLine, type CommandContext } from '../shell';
import { messageOf } from '../../util/message-of';

export type GatewayErrors = readonly {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}[];

/** What to do, where the gateway's own message does not say it. */
function remedyOf(code: string, profile: string | null): string | null {
  const command = (...words: string[]): string => commandLine(words, { profile });
  if (code === 'UNAUTHENTICATED') return `Find out more with: ${command('doctor')}`;
  if (code === 'FORBIDDEN') return `See what the key may do with: ${command('whoami')}`;
  if (code === 'REASON_REQUIRED') return 'Give a reason with --reason "…".';
  if (code === 'GRAPHQL_VALIDATION_FAILED')
    return `The gateway and this program have different versions. See: ${command('doctor')}`;
  return null;
}

const textOf = (extensions: Readonly<Record<string, unknown>>, name: string): string => {
  const value = extensions[name];
  return typeof value === 'string' ? value : '';
};

/** The gateway's error message, and the request id to quote when it hides the cause. */
export function errorLine({ message, extensions = {} }: GatewayErrors[number]): string {
  const [code, requestId] = [textOf(extensions, 'code'), textOf(extensions, 'requestId')];
  const line = code === '' ? message : `${code}: ${message}`;
  return visible(code === 'INTERNAL' && requestId !== '' ? `${line} (request ${requestId})` : line);
}

/** The gateway understood the request and refused it. */
export class GatewayRefusal extends CommandFailure {
  readonly code: string;

  constructor(
    readonly errors: GatewayErrors,
    profile: string | null,
  ) {
    const code = textOf(errors[0]?.extensions ?? {}, 'code');
    const remedy = remedyOf(code, profile);
    super([...errors.map(errorLine), ...(remedy === null ? [] : [remedy])].join('\n'));
    this.code = code;
  }
}

/** Errors after which the gateway certainly did not receive the request. */
const NOT_SENT: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be resolved now',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the network',
  ERR_INVALID_URL: 'the address is not valid',
  UND_ERR_CONNECT_TIMEOUT: 'the host does not answer',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; trust it with NODE_EXTRA_CA_CERTS=<file>',
  SELF_SIGNED_CERT_IN_CHAIN:
    'its certificate comes from an authority that is not trusted; trust it with NODE_EXTRA_CA_CERTS=<file>',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate comes from an authority that is not trusted; trust it with NODE_EXTRA_CA_CERTS=<file>',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not use TLS there; use http://, or another port',
};

/** fetch puts the reason in `cause`, and with several addresses the errors of all. */
function causeOf(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof Error && error.name === 'TimeoutError')
    return { code: '', message: 'it did not answer in time' };
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (messageOf(cause) === 'unexpected redirect')
    return { code, message: 'it redirects to another address, and keys are not sent to other addresses' };
  return { code, message: NOT_SENT[code] ?? (messageOf(cause) || code) };
}

/** When a change was in flight, and it is unknown whether it was made. */
const unknownOutcome = ({ profile }: CommandContext): string =>
  `\nIt is not known whether the change was made: check before you repeat it, with: ${commandLine(['audit', 'tail'], { profile })}`;

/** @param change the context of a request that would have changed something; null for one that only reads. */
export function unreachable(endpoint: string, error: unknown, change: CommandContext | null): CommandFailure {
  const { code, message } = causeOf(error);
  const outcome = change && !(code in NOT_SENT) ? unknownOutcome(change) : '';
  return new CommandFailure(
    `The gateway cannot be reached at ${endpoint}: ${message}. Check that it is running and that the address is correct.${outcome}`,
  );
}

/** There is a response, but not from a gateway. */
export const unreadable = (endpoint: string, status: number | null, change: CommandContext | null): CommandFailure =>
  new CommandFailure(
    `${endpoint} does not answer like a gateway${status === null ? '' : ` (HTTP ${status})`}. Check the address.${change ? unknownOutcome(change) : ''}`,
  );
