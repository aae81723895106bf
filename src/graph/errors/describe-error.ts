/** What is logged about an error: selected properties only, because drivers attach values and statements to errors. */
import { withoutSecrets } from '../../util/secret-shapes';

const MAX_TEXT_CHARS = 8_000;
const KEYS = /pcl_(live|master)_\w+/g;

/** Keys in a message are reduced to their kind; other secrets are redacted. */
const withoutKeys = (text: string): string => withoutSecrets(text.replace(KEYS, 'pcl_$1_…')).slice(0, MAX_TEXT_CHARS);

interface FaultDescription {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
  readonly cause?: FaultDescription;
}

/** @param depth how many causes to follow; a chain may be circular. */
export function describeFault(fault: unknown, depth = 3): FaultDescription {
  if (!(fault instanceof Error)) return { type: typeof fault, message: withoutKeys(String(fault)) };
  return {
    type: fault.constructor.name,
    message: withoutKeys(fault.message),
    ...(fault.stack && { stack: withoutKeys(fault.stack) }),
    ...('code' in fault && typeof fault.code === 'string' && { code: fault.code }),
    ...(fault.cause !== undefined && depth > 0 && { cause: describeFault(fault.cause, depth - 1) }),
  };
}
