/** Addresses as sockets and proxies write them, and the client address to which a request is attributed. */
import { networkOf, parseAddress, ProxyTrust } from './client-ip';

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['203.0.113.7:50123', '203.0.113.7'],
  [' 203.0.113.7 ', '203.0.113.7'],
  ['[203.0.113.7]:50123', '203.0.113.7'],
  ['2001:db8::7', '2001:db8::7'],
  ['2001:DB8:0:0:0:0:0:7', '2001:db8::7'],
  ['[2001:db8::7]', '2001:db8::7'],
  ['[2001:db8::7]:50123', '2001:db8::7'],
  ['fe80::1%eth0', 'fe80::1'],
  ['[fe80::1%25eth0]:443', 'fe80::1'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::FFFF:cb00:7107', '203.0.113.7'],
  ['[::ffff:203.0.113.7]:50123', '203.0.113.7'],
  ['unknown', null],
  ['_hidden', null],
  ['', null],
  ['203.0.113.7:', null],
  ['203.0.113.7:123456', null],
  ['203.0.113.07', null],
  ['203.0.113', null],
  ['2001:db8::7:50123:zz', null],
  ['[2001:db8::7', null],
  ['pcl_live_x', null],
])('the address %p is read as %p', (text, address) => {
  expect(parseAddress(text)).toBe(address);
});

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::7', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['unknown', 'unknown'],
])('limits count the address %s as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

describe('the caller behind proxies', () => {
  const addressOf = (proxies: string[], remoteAddress: string, forwarded?: string): string =>
    new ProxyTrust(proxies).addressOf({
      socket: { remoteAddress },
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    });

  it.each([
    ['nobody is trusted', [], '10.0.0.1', '203.0.113.7', '10.0.0.1'],
    ['another proxy is trusted', ['10.9.0.0/16'], '10.0.0.1', '203.0.113.7', '10.0.0.1'],
    ['a trusted proxy names no one', ['10.0.0.1'], '10.0.0.1', undefined, '10.0.0.1'],
    ['a trusted proxy names a caller', ['10.0.0.1'], '10.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['the caller forges a hop', ['10.0.0.1'], '10.0.0.1', '198.51.100.9, 203.0.113.7', '203.0.113.7'],
    ['two proxies are trusted', ['10.0.0.0/8'], '10.0.0.1', '203.0.113.7, 10.0.0.2', '203.0.113.7'],
    ['Azure adds a port', ['10.0.0.1'], '10.0.0.1', '203.0.113.7:50123', '203.0.113.7'],
    ['IPv6 comes with brackets and a port', ['10.0.0.1'], '10.0.0.1', '[2001:db8::7]:50123', '2001:db8::7'],
    ['the proxy connects by a mapped address', ['10.0.0.1'], '::ffff:10.0.0.1', '203.0.113.7', '203.0.113.7'],
    [
      'a trusted hop is mapped and has a port',
      ['10.0.0.0/8'],
      '10.0.0.1',
      '203.0.113.7, [::ffff:10.0.0.2]:1',
      '203.0.113.7',
    ],
    ['a trusted IPv6 network', ['2001:db8::/32'], '2001:db8::1', '203.0.113.7', '203.0.113.7'],
    ['the proxy forwards what is no address', ['10.0.0.1'], '10.0.0.1', '203.0.113.7, unknown', '10.0.0.1'],
    ['the header is empty', ['10.0.0.1'], '10.0.0.1', '', '10.0.0.1'],
  ])('is found where %s', (_case, proxies, remote, forwarded, expected) => {
    expect(addressOf(proxies, remote, forwarded)).toBe(expected);
  });

  it('uses TLS only if a trusted proxy reports it', () => {
    const isSecure = (proxies: string[], proto?: string): boolean =>
      new ProxyTrust(proxies).isSecure({
        socket: { remoteAddress: '10.0.0.1' },
        headers: proto === undefined ? {} : { 'x-forwarded-proto': proto },
      });
    expect(isSecure(['10.0.0.1'], 'https')).toBe(true);
    expect(isSecure(['10.0.0.1'], 'http, https')).toBe(true);
    expect(isSecure(['10.0.0.1'], 'https, http')).toBe(false);
    expect(isSecure(['10.0.0.1'])).toBe(false);
    expect(isSecure([], 'https')).toBe(false);
  });
});
