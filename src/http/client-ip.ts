/** The client's address, and the network under which limits count it. */
import { BlockList, isIP, SocketAddress } from 'node:net';
import type { IncomingHttpHeaders } from 'node:http';

const BRACKETED = /^\[([^\]]+)\](?::\d{1,5})?$/;
const IPV4_WITH_PORT = /^([\d.]+):\d{1,5}$/;
const IPV4_MAPPED = /^::ffff:([\d.]+)$/;

/** An incoming request, before Fastify has seen it. */
export interface IncomingRequest {
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/**
 * Parses an address as sockets and proxies write it: with a port (`203.0.113.7:50123`), in brackets
 * (`[2001:db8::7]:50123`), with a zone (`fe80::1%eth0`) or mapped into IPv6 (`::ffff:203.0.113.7`).
 * @returns the plain address in canonical notation (RFC 5952), or null if the text is not an address.
 */
export function parseAddress(text: string): string | null {
  const trimmed = text.trim();
  const [, inner = trimmed] = BRACKETED.exec(trimmed) ?? IPV4_WITH_PORT.exec(trimmed) ?? [];
  const [host = ''] = inner.split('%');
  if (isIP(host) === 4) return host;
  if (isIP(host) !== 6) return null;
  const { address } = new SocketAddress({ address: host, family: 'ipv6' });
  return IPV4_MAPPED.exec(address)?.[1] ?? address;
}

/**
 * A customer usually has a whole /64 of IPv6 addresses, so limits count a /64 as one caller.
 * @param address as `parseAddress` returns it.
 */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [left, right] = [groups(head), groups(tail)];
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`;
}

/** What is believed of forwarding headers: only what trusted proxies say. */
export class ProxyTrust {
  readonly #trusted = new BlockList();
  /** Addresses of the peers of connections. */
  readonly #peers = new WeakMap<IncomingRequest['socket'], string>();

  /** @param proxies addresses or networks (`10.0.0.0/8`), as TRUSTED_PROXIES lists them. */
  constructor(proxies: readonly string[]) {
    for (const proxy of proxies) {
      const [address = '', bits] = proxy.split('/');
      const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
      this.#trusted.addSubnet(address, Number(bits ?? (family === 'ipv4' ? 32 : 128)), family);
    }
  }

  trusts(address: string): boolean {
    const version = isIP(address);
    return version > 0 && this.#trusted.check(address, version === 4 ? 'ipv4' : 'ipv6');
  }

  /**
   * The client's address: the peer's or, behind trusted proxies, the nearest hop in X-Forwarded-For that is not a
   * trusted proxy. A proxy that forwards an invalid address counts as the client. `Forwarded` (RFC 7239) is ignored: a
   * proxy that sets one of the two headers passes the other through as the client sent it.
   */
  addressOf({ socket, headers }: IncomingRequest): string {
    let address = this.#peerOf(socket);
    const header = headers['x-forwarded-for'];
    if (header === undefined) return address;
    const hops = (Array.isArray(header) ? header.join(',') : header).split(',');
    while (hops.length > 0 && this.trusts(address)) {
      const hop = parseAddress(hops.pop() ?? '');
      if (hop === null) break;
      address = hop;
    }
    return address;
  }

  /** Whether a trusted proxy says that the client connected over TLS. */
  isSecure({ socket, headers }: IncomingRequest): boolean {
    const header = headers['x-forwarded-proto'];
    if (header === undefined || !this.trusts(this.#peerOf(socket))) return false;
    return String(header).split(',').at(-1)?.trim().toLowerCase() === 'https';
  }

  #peerOf(socket: IncomingRequest['socket']): string {
    let address = this.#peers.get(socket);
    if (address === undefined) {
      address = parseAddress(socket.remoteAddress ?? '') ?? 'unknown';
      // A socket that is closed already has none.
      if (socket.remoteAddress !== undefined) this.#peers.set(socket, address);
    }
    return address;
  }
}
