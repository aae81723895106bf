/** CIDR networks that a key may be used from (RFC 4632, RFC 4291), and whether one list is contained in another. */
import { isIP } from 'node:net';
import * as ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** A network with its host bits set to zero, such as `10.0.0.0/8` or `2001:db8::/32`. */
export interface Network {
  readonly address: Address;
  readonly prefixBits: number;
}

const textOf = ({ address, prefixBits }: Network): string => `${address.toString()}/${prefixBits}`;

const contains = (network: Network, address: Address): boolean =>
  address.kind() === network.address.kind() && address.match([network.address, network.prefixBits]);

/**
 * IPv4-mapped IPv6 addresses (`::ffff:10.0.0.1`) count as IPv4. Node.js decides what is an address, because the library
 * would also accept `10.1` and octal digits.
 */
function addressOf(text: string): Address | null {
  return isIP(text) > 0 ? ipaddr.process(text) : null;
}

function networkAddress(address: Address, prefixBits: number): Address {
  const bytes = address.toByteArray().map((byte, index) => {
    const kept = Math.min(8, Math.max(0, prefixBits - index * 8));
    return byte & ((0xff << (8 - kept)) & 0xff);
  });
  return ipaddr.fromByteArray(bytes);
}

/**
 * @param text an address, or a network as address/bits without host bits.
 * @returns the network, or a sentence describing the problem.
 */
export function parseNetwork(text: string): Network | string {
  const [written = '', bits, ...rest] = text.split('/');
  const address = addressOf(written);
  if (!address || rest.length > 0)
    return `${JSON.stringify(text)} is not a network: write 10.0.0.0/8 or 2001:db8::/32.`;
  const longest = address.kind() === 'ipv4' ? 32 : 128;
  if (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > longest))
    return `${JSON.stringify(text)} is not a network: its prefix is 0 to ${longest} bits.`;
  const prefixBits = bits === undefined ? longest : Number(bits);
  const network = { address: networkAddress(address, prefixBits), prefixBits };
  if (network.address.toString() === address.toString()) return network;
  return `${JSON.stringify(text)} has host bits: write ${textOf(network)} for the network, or ${address.toString()} for the one address.`;
}

/** A list of networks; an empty list contains no address. */
export class Networks {
  static readonly none = new Networks([]);

  private constructor(private readonly networks: readonly Network[]) {}

  /** @returns the networks, or a sentence for each unusable one: invalid, or contained in another. */
  static parse(texts: readonly string[]): Networks | readonly string[] {
    const parsed = texts.map(parseNetwork);
    const problems = parsed.filter((each) => typeof each === 'string');
    const networks = parsed.filter((each) => typeof each !== 'string');
    networks.forEach((inner, index) => {
      const outer = networks.find(
        (each, other) => other !== index && isWithin(inner, each) && !(isWithin(each, inner) && other > index),
      );
      if (!outer) return;
      const how = textOf(inner) === textOf(outer) ? 'is named twice' : `lies within ${textOf(outer)}`;
      problems.push(`${textOf(inner)} ${how}: leave one of them out.`);
    });
    return problems.length > 0 ? problems : new Networks(networks);
  }

  /** @param address IPv4 or IPv6; an invalid address is in no network. */
  contains(address: string): boolean {
    const parsed = addressOf(address);
    return parsed !== null && this.networks.some((network) => contains(network, parsed));
  }

  /** Whether every network of this list is contained in a single network of `others`. */
  isWithin(others: Networks): boolean {
    return this.networks.every((inner) => others.networks.some((outer) => isWithin(inner, outer)));
  }

  /** In canonical notation. */
  get texts(): string[] {
    return this.networks.map(textOf);
  }
}

const isWithin = (inner: Network, outer: Network): boolean =>
  inner.prefixBits >= outer.prefixBits && contains(outer, inner.address);
