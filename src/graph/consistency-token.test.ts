/** The latest position of several tokens counts, in any order; an unreadable token is not ignored. */
import { CursorCipher } from '../db/cursor';
import { UNREACHED } from '../db/replicas/position';
import { consistencyToken, MAX_CONSISTENCY_TOKENS, positionIn } from './consistency-token';

const cursors = new CursorCipher(Buffer.alloc(32));
const master = { account: null };
const [earlier, later] = ['0000000100000000000000BB', '0000000200000000000000AA'] as const;
const [first, second] = [earlier, later].map((position) => consistencyToken(cursors, master, position));

it.each([
  ['one token', `${first}`, earlier],
  ['two tokens', `${first},${second}`, later],
  ['two tokens in another order', `${second}, ${first}`, later],
  ['a token that cannot be read', `${second},nonsense`, UNREACHED],
  ['nothing', '', UNREACHED],
  ['more tokens than are read', Array.from({ length: MAX_CONSISTENCY_TOKENS + 1 }, () => first).join(), UNREACHED],
])('%s: the position to wait for', (_what, header, position) => {
  expect(positionIn(cursors, master, header)).toBe(position);
});
