/** Files of other tools that have no equivalent here, recognised so that the refusal says what they are. */
import type { JsonRecord } from '../../graph/queries/account-row';
import { isRecord } from '../gl-aip/field-reader';

const has = (file: JsonRecord, ...fields: readonly string[]): boolean => fields.every((field) => field in file);

const everyEntry = (file: JsonRecord, ...fields: readonly string[]): boolean => {
  const entries = Object.values(file);
  return entries.length > 0 && entries.every((entry) => isRecord(entry) && has(entry, ...fields));
};

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

/** @returns what the file is; null for one that is not recognised. */
export const foreignFile = (file: JsonRecord): string | null =>
  SHAPES.find(([, matches]) => matches(file))?.[0] ?? null;
