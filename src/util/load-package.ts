/** Loads packages on demand that only some settings need. */
import { createRequire } from 'node:module';

/** @returns the package's exports. @throws Error if it is not installed. */
export const loadPackage: (name: string) => unknown = createRequire(__filename);
