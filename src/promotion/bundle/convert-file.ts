/** Converts files of other tools to bundles. */
import type { JsonRecord } from '../../graph/queries/account-row';
import { BundleProblem, placeText } from './bundle-problems';
import type { Path } from './parse-yaml';
import type { Converted } from '../gl-aip/converted';
import { isRecord } from '../../util/json-values';
import { convert } from '../gl-aip/gl-aip';
import { convertMcpJson } from '../mcp-json/mcp-json';

const has = (file: JsonRecord, ...fields: readonly string[]): boolean => fields.every((field) => field in file);

const everyEntry = (file: JsonRecord, ...fields: readonly string[]): boolean => {
  const entries = Object.values(file);
  return entries.length > 0 && entries.every((entry) => isRecord(entry) && has(entry, ...fields));
};

/** Files without an equivalent here, recognized so that the error can name them. */
const SHAPES: readonly (readonly [what: string, matches: (file: JsonRecord) => boolean])[] = [
  ['a configuration of LangGraph ("graphs")', (file) => isRecord(file.graphs)],
  ['an application of Dify ("kind: app")', (file) => file.kind === 'app' || has(file, 'app', 'workflow')],
  ['a workflow of n8n ("nodes" and "connections")', (file) => Array.isArray(file.nodes) && isRecord(file.connections)],
  ['a flow of Flowise ("nodes" and "edges")', (file) => Array.isArray(file.nodes) && Array.isArray(file.edges)],
  ['a flow of Langflow ("data" with "nodes")', (file) => isRecord(file.data) && Array.isArray(file.data.nodes)],
  ['the agents of CrewAI ("role", "goal", "backstory")', (file) => everyEntry(file, 'role', 'goal')],
  ['the tasks of CrewAI ("expected_output")', (file) => everyEntry(file, 'expected_output')],
  ['an OpenAPI document', (file) => has(file, 'openapi') || has(file, 'swagger')],
  ['a Kubernetes resource', (file) => has(file, 'apiVersion', 'kind')],
];

/** @returns what the file is; null if it is not recognized. */
const foreignFile = (file: JsonRecord): string | null => SHAPES.find(([, matches]) => matches(file))?.[0] ?? null;

/** Another tool's file as a bundle; null for a bundle. @throws BundleProblem for a file without an equivalent. */
export function convertFile(value: JsonRecord): Converted | null {
  if ('schemaVersion' in value) return null;
  const converted = convert(value) ?? convertMcpJson(value);
  const what = converted ? null : foreignFile(value);
  if (what === null) return converted;
  throw new BundleProblem(
    [],
    1,
    `this is ${what}, which has no equivalent here. A bundle begins with "schemaVersion: 1"; docs/promotion.md lists the supported files.`,
  );
}

/** What the file was read as, and what had no equivalent. */
export const reportOf = ({ what, remarks }: Converted, lineOf: (path: Path) => number): string[] => [
  `The file was read as ${what}.`,
  ...remarks.map(({ path, message }) => `${placeText({ path, line: lineOf(path) })}: ${message}`),
];
