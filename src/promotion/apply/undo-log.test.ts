/** Undo logs survive a change of the secrets key, including the former secrets in them. */
import { Vault } from '../../db/vault';
import { encryptionContextOf } from '../../graph/mutations/encrypted-columns';
import { resources } from '../../resources';
import { keptUndoLogs, decryptUndoLog, encryptUndoLog } from './undo-log';

const [ACCOUNT, IMPORT, SERVER] = ['account', 'import', 'server'];
const SECRET = { table: 'mcp_server', column: 'secret' };

it('a former secret decrypts with the new key only', () => {
  const [from, to] = [new Vault(Buffer.alloc(32, 1)), new Vault(Buffer.alloc(32, 2))];
  const place = encryptionContextOf(SECRET, ACCOUNT, SERVER);
  const former = from.encrypt('hush', place);
  const row = { type: 'McpServer', id: SERVER, name: 'search', version: 2, links: {} };
  const before = { description: null, secret: `\\x${former.toString('hex')}` };
  const ciphertext = encryptUndoLog(from, { created: [], updated: [{ ...row, before }], deleted: [] }, ACCOUNT, IMPORT);

  const renewed = keptUndoLogs(from, to, resources).renew(ciphertext, [ACCOUNT, IMPORT]);

  const { updated } = decryptUndoLog(to, Buffer.from(renewed), ACCOUNT, IMPORT);
  expect(updated).toEqual([{ ...row, before: { description: null, secret: expect.stringMatching(/^\\x[0-9a-f]+$/) } }]);
  const bytes = Buffer.from(String(updated[0]?.before.secret).slice(2), 'hex');
  expect(to.decrypt(bytes, place)).toBe('hush');
  expect(() => from.decrypt(bytes, place)).toThrow();
});
