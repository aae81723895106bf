/** Locates files shipped with the code: migrations, the schema. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The nearest parent folder with migrations: the same from src/ and from dist/. */
function projectFolder(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'migrations', '2000-baseline.sql'))) return folder;
    if (folder === dirname(folder)) throw new Error(`No migrations above ${__dirname}`);
  }
}

/** The absolute path of a file or folder of the project. */
export const projectFile = (...parts: readonly string[]): string => join(projectFolder(), ...parts);
