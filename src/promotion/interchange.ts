/** Files of one agent, tool or MCP server in the shape that GL AIP exports -> a bundle, and what had no equivalent. */
import type { JsonRecord } from '../graph/reading/row';

export interface Converted {
  readonly bundle: JsonRecord;
  readonly warnings: readonly string[];
}

/** @returns null for a file that is in no shape known here. */
export function convert(file: JsonRecord): Converted | null {
  return 'name' in file ? null : null;
}
