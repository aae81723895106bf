/** Packages that only some settings need: they are loaded when those are set. */
import { createRequire } from 'node:module';

/** @returns the package's exports. @throws Error when it is not installed. */
export const loadPackage: (name: string) => unknown = createRequire(__filename);
