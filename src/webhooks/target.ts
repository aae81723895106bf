/** The addresses deliveries may go to: those of the public Internet, plus those that a setting allows. */
import { isIP } from 'node:net';
import * as ipaddr from 'ipaddr.js';
import { Networks } from '../auth/networks';

/** Contains every globally routed unicast address; the forms that embed IPv4 addresses are outside it. */
const GLOBAL_IPV6: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/** Azure's virtual host, which serves metadata at an address in a public range. */
const AZURE_HOST = '168.63.129.16';

/** ISATAP: the last 64 bits are 0000:5efe or 0200:5efe and an IPv4 address. */
const isIsatap = ({ parts }: ipaddr.IPv6): boolean => ((parts[4] ?? 0) & 0xfdff) === 0 && parts[5] === 0x5efe;

/** @param address as returned by node:dns; anything that is not an address is not public. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0 || address.includes('%')) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast' || parsed.toString() === AZURE_HOST) return false;
  return parsed instanceof ipaddr.IPv4 || (parsed.match(GLOBAL_IPV6) && !isIsatap(parsed));
}

export class Targets {
  readonly #allowed: Networks;

  /** @param allowed networks in CIDR notation, validated by src/config.ts. */
  constructor(private readonly allowed: readonly string[]) {
    const networks = Networks.parse(allowed);
    this.#allowed = networks instanceof Networks ? networks : Networks.none;
  }

  /** Whether a connection to an address is allowed. @param isEncrypted by TLS. */
  allows(address: string, isEncrypted: boolean): boolean {
    return this.#allowed.contains(address) || (isEncrypted && isPublicAddress(address));
  }

  /** Why a URL can never be delivered to, as a sentence; null when its name must be resolved first. */
  problemOf(url: URL): string | null {
    const isEncrypted = url.protocol === 'https:';
    if (!isEncrypted && (url.protocol !== 'http:' || this.allowed.length === 0))
      return 'The URL must begin with https://.';
    if (url.username !== '' || url.password !== '') return 'The URL must have no user and no password.';
    const host = hostOf(url);
    return isIP(host) === 0 || this.allows(host, isEncrypted) ? null : FORBIDDEN_ADDRESS;
  }
}

/** Does not name the address: what names resolve to behind the gateway must not leak. */
export const FORBIDDEN_ADDRESS =
  'The address of the URL is not public, or the URL has no TLS: the gateway delivers there only if WEBHOOK_ALLOWED_NETWORKS allows it.';

/**
 * The host without the brackets of IPv6; the URL parser has normalized decimal, octal and hexadecimal forms of IPv4.
 */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');
