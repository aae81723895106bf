/** The types of settings, and the messages for invalid values. */
import { statSync } from 'node:fs';
import { isIP } from 'node:net';
import { z } from 'zod';

/** Why a value is invalid; the message follows the setting's name and a colon. */
export class InvalidSetting extends Error {}

/** A setting parsed from text by a function, which throws InvalidSetting. */
export const setting = <Value>(read: (text: string) => Value) =>
  z.string().transform((text, context) => {
    try {
      return read(text.trim());
    } catch (error) {
      if (!(error instanceof InvalidSetting)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  });

const quoted = (text: string): string => JSON.stringify(text);

/** @param min inclusive, as is max. */
export const integer = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  setting((text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `from ${min} to ${max}`;
    throw new InvalidSetting(`${quoted(text)} is not a whole number ${range}`);
  });

/** From 0 to 1, inclusive. */
export const share = () =>
  setting((text) => {
    const value = /^(0|1|0?\.\d+|1\.0+|0\.0+)$/.test(text) ? Number(text) : NaN;
    if (value >= 0 && value <= 1) return value;
    throw new InvalidSetting(`${quoted(text)} is not a number from 0 to 1, like 0.05`);
  });

/** The URL of an HTTP service. */
export const httpUrl = () =>
  setting((text) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '' && url.username === '')
      return text;
    throw new InvalidSetting('must be a URL like http://localhost:4318, without a user and parameters');
  });

/**
 * `name=value` pairs, separated by commas, values percent-encoded (W3C Baggage). Values are secrets: no message shows
 * them.
 */
export const httpHeaders = () =>
  setting((text): Readonly<Record<string, string>> => {
    const pairs = text.split(',').map((pair) => /^\s*([^=]+?)\s*=\s*(.*?)\s*$/.exec(pair));
    return Object.fromEntries(
      pairs.map((pair, index) => {
        const [, name = '', value = ''] = pair ?? [];
        if (headerProblem(name) !== null) throw new InvalidSetting(`part ${index + 1} is not like name=value`);
        try {
          return [name, decodeURIComponent(value)];
        } catch {
          throw new InvalidSetting(`the value of ${name} contains an unencoded "%": write it as %25`);
        }
      }),
    );
  });

export const choice = <const Choice extends string>(choices: readonly Choice[]) =>
  setting((text) => {
    const chosen = choices.find((each) => each === text);
    if (chosen === undefined) throw new InvalidSetting(`${quoted(text)} is not one of ${choices.join(', ')}`);
    return chosen;
  });

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false,
};

export const boolean = () =>
  setting((text) => {
    const value = BOOLEANS[text.toLowerCase()];
    if (value === undefined) throw new InvalidSetting(`${quoted(text)} is neither true nor false`);
    return value;
  });

/** A folder that exists. */
export const folder = () =>
  setting((path) => {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
    throw new InvalidSetting(`${path} is not a folder`);
  });

/** The command that makes a master key. */
export const MAKE_MASTER_KEY = 'npm run --silent key -- --kind master';

export const masterKey = () =>
  setting((text) => {
    if (/^pcl_master_[0-9a-f]{32}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/.test(text)) return text;
    throw new InvalidSetting(`is not a complete master key (pcl_master_…): create one with "${MAKE_MASTER_KEY}"`);
  });

/** 32 bytes in hexadecimal. A secret: no message shows it. */
export const hexKey = () =>
  setting((text) => {
    if (/^[0-9a-f]{64}$/i.test(text)) return text;
    throw new InvalidSetting(
      `has ${text.length} characters and must be 64 hexadecimal digits (32 bytes): create one with "openssl rand -hex 32"`,
    );
  });

/** Comma-separated values; every invalid one is reported. */
export const list = (problemOf: (item: string) => string | null) =>
  setting((text) => {
    const items = text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
    const problems = items.map(problemOf).filter((problem) => problem !== null);
    if (problems.length > 0) throw new InvalidSetting(problems.join('; '));
    return items;
  });

/** Why a name or address cannot be listened on, or null. */
function hostProblem(text: string): string | null {
  if (isIP(text) > 0) return null;
  const inBrackets = /^\[(.*)\](:\d+)?$/.exec(text);
  if (inBrackets) return `${quoted(text)} is not an address: write ${inBrackets[1] ?? ''}, without brackets`;
  if (text === '*')
    return '"*" is not an address: write 0.0.0.0 for every IPv4 address of this machine, or :: for IPv6 too';
  const named = /^(?:\w+:\/\/)?([^/:]+)(?::\d+)?(\/.*)?$/.exec(text);
  if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text)) return null;
  if (named?.[1] !== undefined && named[1] !== text)
    return `${quoted(text)} is not a host name: write ${named[1]}, and the port as PORT`;
  return `${quoted(text)} is neither an IP address nor a host name`;
}

export const host = () =>
  setting((text) => {
    const problem = hostProblem(text);
    if (problem !== null) throw new InvalidSetting(problem);
    return text;
  });

/** Why an address, or a network as address/bits, is invalid; or null. */
export function networkProblem(text: string): string | null {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version > 0 && rest.length === 0) {
    if (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))) return null;
    return `${quoted(text)} is not a network: the number behind / is from 0 to ${version === 4 ? 32 : 128}`;
  }
  return `${quoted(text)} is not an address or network: write it like 10.0.0.0/8 or 2001:db8::1; names and ports are not supported`;
}

/** Schemes of apps in a web view, whose origins browsers send without interpreting them. */
const OTHER_ORIGIN = /^(?!https?:)[a-z][a-z0-9+.-]*:\/\/[a-z0-9._-]+(:\d+)?$/;

const webOrigin = (text: string): string | null => {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url && /^https?:$/.test(url.protocol) ? url.origin : null;
};

/** Why a text is not an origin as browsers send it (RFC 6454: scheme, host, port), or null. */
export function originProblem(text: string): string | null {
  if (/\s/.test(text)) return `${quoted(text)} is not a single origin: separate origins with commas`;
  if (text === 'null')
    return '"null" is not an origin: any sandboxed frame or local file sends it, so it is never allowed';
  if (text.includes('*'))
    return `${quoted(text)} is not an origin: wildcards are not supported, list every origin separately`;
  const origin = webOrigin(text);
  if (origin === text || OTHER_ORIGIN.test(text)) return null;
  const meant = origin ?? (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? null : webOrigin(`https://${text}`));
  if (meant === null) return `${quoted(text)} is not an origin: write scheme, host and port, like https://app.example`;
  return `${quoted(text)} is not an origin: write ${meant}`;
}

/** Why a header name is invalid (RFC 9110, token), or null. */
export const headerProblem = (text: string): string | null =>
  /^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(text) ? null : `${quoted(text)} is not the name of a header`;
