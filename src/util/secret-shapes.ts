/** Recognizes secrets: field names that carry them, and texts that look like one. */

/** The match starts at one of these, not in the middle of a word. */
const START = '(?<![A-Za-z0-9])';
/** At least one digit follows, which ordinary words do not have. */
const DIGIT = '(?=[\\w.~+/-]*\\d)';

interface Shape {
  readonly what: string;
  /** Texts without any of these are not examined further: this check costs next to nothing. */
  readonly hints: readonly string[];
  readonly pattern: RegExp;
}

const shape = (what: string, hints: string, pattern: string): Shape => ({
  what,
  hints: hints.split(' '),
  pattern: new RegExp(pattern, 'g'),
});

const OWN_KEY = shape('an API key of this gateway', 'pcl_', `pcl_(?:live|master)_\\w{8,}`);

const SHAPES: readonly Shape[] = [
  OWN_KEY,
  shape('an API key', 'sk-', `${START}sk-${DIGIT}[\\w-]{16,}`),
  shape('a Stripe key', 'k_live_ k_test_ whsec_', `${START}(?:[sr]k_(?:live|test)_\\w{16,}|whsec_[\\w+/=-]{16,})`),
  shape('a GitHub token', 'ghp_ gho_ ghu_ ghs_ ghr_ github_pat_', `${START}(?:gh[pousr]_|github_pat_)\\w{16,}`),
  shape('a GitLab token', 'glpat-', `${START}glpat-[\\w-]{16,}`),
  shape('a Slack token', 'xox xapp-', `${START}(?:xox[a-z]|xapp)-[\\w-]{10,}`),
  shape('a Slack webhook', 'hooks.slack.com', 'hooks\\.slack\\.com/services/T\\w+/B\\w+/\\w{16,}'),
  shape('an AWS access key', 'AKIA ASIA', `${START}A[KS]IA[0-9A-Z]{16}(?![0-9A-Z])`),
  shape('a Google credential', 'AIza GOCSPX- ya29.', `${START}(?:AIza[\\w-]{35}|(?:GOCSPX-|ya29\\.)[\\w-]{20,})`),
  shape(
    'an access token',
    'hf_ gsk_ r8_ npm_ dop_v1_ lin_api_',
    `${START}(?:hf|gsk|r8|npm|dop_v1|lin_api)_${DIGIT}\\w{20,}`,
  ),
  shape('an access token', 'tvly- nvapi- pypi- pplx- xai-', `${START}(?:tvly|nvapi|pypi|pplx|xai)-[\\w-]{12,}`),
  shape('a SendGrid key', 'SG.', `${START}SG\\.[\\w-]{16,}\\.[\\w-]{16,}`),
  shape('a private key', 'PRIVATE KEY-----', '-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----'),
  shape('a bearer token', 'earer', `\\b[Bb]earer\\s+${DIGIT}[\\w.~+/-]{16,}=*`),
  shape('a user and password', 'Basic', `\\bBasic\\s+(?=[A-Za-z0-9+/]*[0-9=])[A-Za-z0-9+/]{16,}={0,2}`),
];

export const holdsOwnKey = (text: string): boolean => text.includes('pcl_') && text.search(OWN_KEY.pattern) >= 0;

const shapesWithin = (text: string): Shape[] =>
  SHAPES.filter(({ hints, pattern }) => hints.some((hint) => text.includes(hint)) && text.search(pattern) >= 0);

/**
 * A reference to a secret stored elsewhere, or a placeholder: `$TOKEN`, `${env:TOKEN}`, `{{ token }}`, `<token>`,
 * `API_TOKEN`.
 */
const REFERENCE =
  /^(?:\$\{(?!secret:)[^}]*\}|\$[A-Za-z_]\w*|\{\{[^}]*\}\}|\{[^{}]*\}|<[^<>]*>|%[A-Za-z_]\w*%|\*+|\.{3}|…|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|(?:env|vault|op|arn|secretref|keyvault):\S+)$/;

export const isReference = (value: string): boolean => REFERENCE.test(value.trim());

/** Placeholders for passwords in examples. */
const STAND_IN = /^(?:user(?:name)?|pass(?:word|wd)?|pwd|secret|x+|your[-_ ]?\w*)$/i;
const isStandIn = (password: string): boolean => isReference(password) || STAND_IN.test(password);

const URL_CREDENTIALS = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/?#"'`<>@]*:([^\s/?#"'`<>@]+)@/gi;
const URL_PARAMETER = /[?&;#]([\w.~%[\]-]+)=([^&;#\s"'`<>)]+)/g;

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

const SECRET_ENDING =
  /(?:password|passwd|passphrase|pwd|secret|apikey|accesskey|privatekey|secretkey|authtoken|accesstoken|refreshtoken|bearertoken|sessiontoken|connectionstring|authorization|credentials?|bearer|jwt)$/;

/** Words before "key" that make it a secret. */
const SECRET_KEYS = new Set(
  'api access secret private auth encryption signing subscription master admin storage service license'.split(' '),
);
/** Words before "key" that make it something else, in headers and URLs. */
const OTHER_KEYS = new Set(
  'idempotency partition cache routing surrogate sort primary foreign group websocket'.split(' '),
);
/** Words before "token" that mean text, as language models and pages use the term. */
const OTHER_TOKENS = new Set(
  'eos bos pad unk mask sep cls stop special next previous page start end continuation sync max min prompt completion input output total first last image tool'.split(
    ' ',
  ),
);

/** Every name of a secret contains one of these; most other names are ruled out by this alone. */
const HINT = /pass|pwd|secret|key|token|auth|credential|connection|bearer|jwt|cookie|sig|pat/i;

/** Whether a field with this name holds a secret. */
export function isSecretField(name: string): boolean {
  if (!HINT.test(name)) return false;
  const words = wordsOf(name);
  const [last = '', before = ''] = [words.at(-1), words.at(-2)];
  if (last === 'token') return !OTHER_TOKENS.has(before);
  if (last === 'key') return SECRET_KEYS.has(before);
  return SECRET_ENDING.test(words.join(''));
}

/** Whether an HTTP header or URL parameter with this name holds a secret. */
export function isSecretHeader(name: string): boolean {
  if (!HINT.test(name)) return false;
  const words = wordsOf(name);
  const [last = '', before = ''] = [words.at(-1), words.at(-2)];
  if (last === 'key') return !OTHER_KEYS.has(before);
  return isSecretField(name) || ['cookie', 'auth', 'signature', 'sig', 'pat', 'pass'].includes(last);
}

/** @returns the kind of secret in the text; null if it does not seem to contain one. */
export function secretIn(text: string): string | null {
  const [found] = shapesWithin(text);
  if (found) return found.what;
  if (!text.includes('://')) return null;
  for (const [, password = ''] of text.matchAll(URL_CREDENTIALS)) {
    if (!isStandIn(password)) return 'a URL with a password';
  }
  return null;
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const LONG_VALUE = 12;

/**
 * The first URL parameter in the text whose name suggests a secret; null if there is none. Within sentences only values
 * that look like secrets count, because documentation is full of URLs.
 */
export function secretParameterIn(text: string): string | null {
  if (!text.includes('://')) return null;
  for (const [, name = '', value = ''] of text.matchAll(URL_PARAMETER))
    if (isSecretParameter(text, name, value)) return decoded(name);
  return null;
}

function isSecretParameter(text: string, name: string, value: string): boolean {
  if (!isSecretHeader(decoded(name)) || isReference(decoded(value))) return false;
  return !/\s/.test(text) || (value.length >= LONG_VALUE && /\d/.test(value));
}

const REMOVED = '(secret removed)';

/** The text with everything removed that secretIn and secretParameterIn find. */
export function withoutSecrets(text: string): string {
  const plain = shapesWithin(text)
    .reduce((rest, { pattern }) => rest.replace(pattern, REMOVED), text)
    .replace(URL_CREDENTIALS, (match: string, password: string) =>
      isStandIn(password) ? match : match.replace(/\/\/.*@$/s, '//'),
    );
  if (!plain.includes('://')) return plain;
  return plain.replace(URL_PARAMETER, (match: string, name: string, value: string) =>
    isSecretParameter(plain, name, value) ? `${match.slice(0, -value.length)}${encodeURIComponent(REMOVED)}` : match,
  );
}

/** The URL without parameters whose names suggest secrets. */
export function withoutSecretParameters(url: string): { readonly url: string; readonly removed: readonly string[] } {
  const [address = '', query, ...rest] = url.split('?');
  if (query === undefined) return { url, removed: [] };
  const names = (parameter: string): string => decoded(parameter.split('=')[0] ?? '');
  const [secret, others] = [true, false].map((wanted) =>
    [query, ...rest]
      .join('?')
      .split('&')
      .filter((parameter) => isSecretHeader(names(parameter)) === wanted),
  );
  const kept = (others ?? []).join('&');
  return { url: kept === '' ? address : `${address}?${kept}`, removed: (secret ?? []).map(names) };
}
