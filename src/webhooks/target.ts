/** Which addresses deliveries may go to: those of the public Internet, and what a setting allows besides. */
import { isIP } from 'node:net';
import * as ipaddr from 'ipaddr.js';
import { Networks } from '../auth/networks';

/** Every address that the Internet routes to single hosts lies in it; the forms that carry IPv4 addresses do not. */
const GLOBAL_IPV6: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/** The virtual host of Azure, which serves metadata on an address that is public by its range. */
const AZURE_HOST = '168.63.129.16';

/** ISATAP: the last 64 bits are 0000:5efe or 0200:5efe and an IPv4 address. */
const isIsatap = ({ parts }: ipaddr.IPv6): boolean => ((parts[4] ?? 0) & 0xfdff) === 0 && parts[5] === 0x5efe;

/** @param address as node:dns gives it; what is no address is not public. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0 || address.includes('%')) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast' || parsed.toString() === AZURE_HOST) return false;
  return parsed instanceof ipaddr.IPv4 || (parsed.match(GLOBAL_IPV6) && !isIsatap(parsed));
}

export class Targets {
  readonly #allowed: Networks;

  /** @param allowed networks in CIDR notation, as src/config.ts has checked them. */
  constructor(private readonly allowed: readonly string[]) {
    const networks = Networks.parse(allowed);
    this.#allowed = networks instanceof Networks ? networks : Networks.none;
  }

  /** Whether a connection may be made to an address. @param isEncrypted by TLS. */
  allows(address: string, isEncrypted: boolean): boolean {
    return this.#allowed.contains(address) || (isEncrypted && isPublicAddress(address));
  }

  /** Why a URL can never be delivered to, as a sentence; null when its name has to be looked up first. */
  problemOf(url: URL): string | null {
    const isEncrypted = url.protocol === 'https:';
    if (!isEncrypted && (url.protocol !== 'http:' || this.allowed.length === 0))
      return 'The URL must begin with https://.';
    if (url.username !== '' || url.password !== '') return 'The URL must have no user and no password.';
    const host = hostOf(url);
    return isIP(host) === 0 || this.allows(host, isEncrypted) ? null : FORBIDDEN_ADDRESS;
  }
}

/** It does not say which address: what names resolve to behind the gateway is nobody's business. */
export const FORBIDDEN_ADDRESS =
  'The URL leads to an address that is not public, or without TLS: the gateway sends nothing there unless WEBHOOK_ALLOWED_NETWORKS allows it.';

/** The host without the brackets of IPv6; the URL parser has made decimal, octal and hexadecimal forms of IPv4 plain. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');
