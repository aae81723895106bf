/** What can be said about a key before it is sent. */

const KEY = /^pcl_(live|master)_[0-9a-f]{32}_[A-Za-z0-9_-]+_[A-Za-z0-9]+$/;

/** What people paste: with quotes, a header's name or `Bearer` in front, white space around. */
export const cleanedKey = (text: string): string =>
  text
    .trim()
    .replace(/^(x-api-key|authorization)\s*:\s*/i, '')
    .replace(/^bearer\s+/i, '')
    .replace(/^(["'])(.*)\1$/, '$2')
    .trim();

/** Null when it looks like a key. */
export function keyProblem(key: string): string | null {
  if (key === '') return 'Enter a key.';
  if (KEY.test(key)) return null;
  const given = key.length > 12 ? `${key.length} characters that begin with “${key.slice(0, 9)}”` : `“${key}”`;
  return `This is not a key: it is ${given}. A key is one line that begins with pcl_live_ (of an account) or pcl_master_, and has five parts. Copy it whole.`;
}
