/** Where the files are that come along with the code: migrations, the schema. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The nearest folder above that has the migrations: the same one from src/ and from dist/. */
function projectFolder(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'migrations', '2000-baseline.sql'))) return folder;
    if (folder === dirname(folder)) throw new Error(`No migrations above ${__dirname}`);
  }
}

/** The path of a file or folder of the project, from its path within. */
export const projectFile = (...parts: readonly string[]): string => join(projectFolder(), ...parts);
