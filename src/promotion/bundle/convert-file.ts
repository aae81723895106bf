/** Files of other tools as bundles. */
import type { JsonRecord } from '../../graph/queries/account-row';
import { BundleProblem, placeText } from './bundle-problems';
import { foreignFile } from './foreign-files';
import type { Path } from './parse-yaml';
import type { Converted } from '../gl-aip/converted';
import { convert } from '../gl-aip/gl-aip';
import { convertMcpJson } from '../mcp-json/mcp-json';

/** A file of another tool as a bundle; null for a bundle. @throws BundleProblem for a file that has no equivalent. */
export function convertFile(value: JsonRecord): Converted | null {
  if ('schemaVersion' in value) return null;
  const converted = convert(value) ?? convertMcpJson(value);
  const what = converted ? null : foreignFile(value);
  if (what === null) return converted;
  throw new BundleProblem(
    [],
    1,
    `this is ${what}, which has no equivalent here. A bundle begins with "schemaVersion: 1"; docs/promotion.md lists the files that are read.`,
  );
}

/** What the file was read as, and what had no equivalent. */
export const reportOf = ({ what, remarks }: Converted, lineOf: (path: Path) => number): string[] => [
  `The file was read as ${what}.`,
  ...remarks.map(({ path, message }) => `${placeText({ path, line: lineOf(path) })}: ${message}`),
];
