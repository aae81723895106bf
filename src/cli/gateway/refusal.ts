/** What can go wrong between the command line and the gateway, and what to do about it. */
import { CommandFailure, messageOf } from '../failures';

export type GatewayErrors = readonly {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}[];

/** What to do, where the gateway's own sentence does not say it. */
const CURES: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'Find out more with: portcullis doctor',
  FORBIDDEN: 'See what the profile’s key may do with: portcullis whoami',
  REASON_REQUIRED: 'Give one with --reason "…".',
  GRAPHQL_VALIDATION_FAILED: 'The gateway is of another release than this program. See: portcullis doctor',
};

function lineOf({ message, extensions = {} }: GatewayErrors[number]): string {
  const { code, requestId } = extensions;
  const named = typeof code === 'string' ? `${code}: ${message}` : message;
  return code === 'INTERNAL' && typeof requestId === 'string' ? `${named} (request ${requestId})` : named;
}

/** The gateway understood and refused. */
export class GatewayRefusal extends CommandFailure {
  readonly code: string;

  constructor(readonly errors: GatewayErrors) {
    const [first] = errors;
    const code = typeof first?.extensions?.['code'] === 'string' ? first.extensions['code'] : '';
    const cure = CURES[code];
    super([...errors.map(lineOf), ...(cure === undefined ? [] : [cure])].join('\n'));
    this.code = code;
  }
}

/** fetch keeps the reason in `cause`. */
function causeOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'it did not answer in time';
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'there is no such host';
  return messageOf(cause);
}

export const unreachable = (endpoint: string, error: unknown): CommandFailure =>
  new CommandFailure(
    `The gateway cannot be reached at ${endpoint}: ${causeOf(error)}. Check that it runs and that the profile’s address is right.`,
  );

export const unreadable = (endpoint: string, status?: number): CommandFailure =>
  new CommandFailure(
    `${endpoint} does not answer as a gateway does${status === undefined ? '' : ` (HTTP ${status})`}. Check the profile’s address.`,
  );
