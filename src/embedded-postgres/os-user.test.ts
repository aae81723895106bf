/** The embedded PostgreSQL as an ordinary user, as root, and as both in turn. */
import { chown, lstat, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import {
  cleanUp,
  folders,
  gateway,
  isRoot,
  linesOf,
  messages,
  newFolder,
  NOBODY,
  ordinaryUser,
  start,
} from '../../test/harness/embedded';

cleanUp();

const ordinary = ordinaryUser();
if (ordinary !== null) {
  describe('as an ordinary user', () => {
    const owned = async (mode: number): Promise<string> => {
      const folder = await newFolder(mode);
      if (ordinary.uid !== undefined) await chown(folder, ordinary.uid, ordinary.gid);
      return folder;
    };

    test('PostgreSQL starts and stops in a folder of that user', async () => {
      const child = gateway(join(await owned(0o700), 'data'), `await server.stop(); console.log('stopped');`, ordinary);
      expect(await linesOf(child)).toEqual([expect.stringMatching(/^started /), 'stopped']);
    });

    test('a folder that cannot be written is refused with a remedy', async () => {
      const lines = await linesOf(gateway(join(await owned(0o500), 'data'), 'await server.stop();', ordinary));
      expect(lines).toEqual([expect.stringMatching(/^EmbeddedError: The data folder .* cannot be written .*DATA_DIR/)]);
    });
  });
}

if (isRoot) {
  describe('as root', () => {
    test('a data folder closed to ordinary users works: the data is stored elsewhere and linked', async () => {
      const dataDir = join(await newFolder(0o700), 'data');
      const first = await start(dataDir);
      folders.push(await realpath(join(dataDir, 'postgres')));
      await first.stop();
      expect((await lstat(join(dataDir, 'postgres'))).isSymbolicLink()).toBe(true);
      expect((await start(dataDir)).created).toBe(false);
      expect(messages.join()).toMatch(/cannot be entered by the user as which PostgreSQL runs/);
    });
  });
}

if (isRoot && ordinary !== null) {
  describe('as root and as an ordinary user, in turn', () => {
    test('data of an ordinary user remains usable for both', async () => {
      const folder = await newFolder();
      await chown(folder, NOBODY.uid, NOBODY.gid);
      const dataDir = join(folder, 'data');
      await linesOf(gateway(dataDir, 'await server.stop();', NOBODY));
      await (await start(dataDir)).stop();
      const lines = await linesOf(gateway(dataDir, `await server.stop(); console.log('stopped');`, NOBODY));
      expect(lines).toEqual([expect.stringMatching(/^started /), 'stopped']);
    });

    test('an ordinary user gets the error that root owns the data', async () => {
      const dataDir = join(await newFolder(), 'data');
      await (await start(dataDir)).stop();
      const lines = await linesOf(gateway(dataDir, 'await server.stop();', NOBODY));
      expect(lines).toEqual([expect.stringMatching(/^EmbeddedError: .* belongs to the user with id \d+, not to you/)]);
    });
  });
}
