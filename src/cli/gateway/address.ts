/** Gateway addresses as users enter them. */
import { usageError } from '../failures';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether keys would cross a network unencrypted. */
export function isExposed(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !LOOPBACK.has(hostname);
}

/**
 * An address without `/graphql`, trailing slash, query and fragment.
 * @throws CommandFailure (usage) for anything but http and https, and for an address with credentials.
 */
export function checkAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw usageError(`"${text}" is not the address of a gateway: it must begin with http:// or https://.`);
  if (url.username !== '' || url.password !== '') throw usageError('Leave user and password out of the address.');
  return `${url.origin}${url.pathname.replace(/\/*(graphql\/*)?$/, '')}`;
}
