/** Networks contain exactly the addresses under their prefix; one list is within another only if every address is. */
import fc from 'fast-check';
import { Networks, parseNetwork } from './networks';

function networksOf(...texts: string[]): Networks {
  const networks = Networks.parse(texts);
  if (networks instanceof Networks) return networks;
  throw new Error(networks.join(' '));
}

const ipv4 = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((bytes) => bytes.join('.'));
const numberOf = (address: string): number => address.split('.').reduce((value, byte) => value * 256 + Number(byte), 0);
const maskTo = (address: string, bits: number): string => {
  const size = 2 ** (32 - bits);
  const base = Math.floor(numberOf(address) / size) * size;
  return [24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join('.');
};

describe('networks', () => {
  it('contain exactly the addresses under their prefix', () => {
    fc.assert(
      fc.property(ipv4, fc.integer({ min: 0, max: 32 }), ipv4, (base, bits, address) => {
        const network = maskTo(base, bits);
        const expected = maskTo(address, bits) === network;
        expect(networksOf(`${network}/${bits}`).contains(address)).toBe(expected);
        expect(networksOf(`${network}/${bits}`).contains(`::ffff:${address}`)).toBe(expected);
      }),
    );
  });

  it('are within others only if all of their addresses are', () => {
    fc.assert(
      fc.property(
        ipv4,
        fc.integer({ min: 0, max: 32 }),
        ipv4,
        fc.integer({ min: 0, max: 32 }),
        (a, aBits, b, bBits) => {
          const inner = networksOf(`${maskTo(a, aBits)}/${aBits}`);
          const outer = networksOf(`${maskTo(b, bBits)}/${bBits}`);
          expect(inner.isWithin(outer)).toBe(aBits >= bBits && outer.contains(maskTo(a, aBits)));
        },
      ),
    );
  });

  it.each([
    ['10.1.2.3/8', 'has host bits: write 10.0.0.0/8'],
    ['10.0.0.0/33', '0 to 32 bits'],
    ['10.0.0.0/', 'prefix is 0 to 32'],
    ['10.0.0/8', 'is not a network'],
    ['2001:db8::1/32', 'write 2001:db8::/32'],
    ['example.com', 'is not a network'],
    ['10.0.0.0/8/8', 'is not a network'],
    ['', 'is not a network'],
  ])('are refused with the correct form: %s', (text, cure) => {
    expect(parseNetwork(text)).toContain(cure);
  });

  it('are refused when one contains another or is listed twice', () => {
    expect(Networks.parse(['10.0.0.0/8', '10.1.0.0/16'])).toEqual([
      '10.1.0.0/16 lies within 10.0.0.0/8: leave one of them out.',
    ]);
    expect(Networks.parse(['10.0.0.0/8', '10.0.0.0/8'])).toHaveLength(1);
  });

  it('contain no address when the list is empty, and never an invalid address', () => {
    expect(networksOf().contains('10.0.0.1')).toBe(false);
    expect(networksOf('0.0.0.0/0').contains('unknown')).toBe(false);
    expect(networksOf('0.0.0.0/0').contains('2001:db8::1')).toBe(false);
  });
});
