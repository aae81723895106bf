/** Files of one agent, tool or MCP server in the shape that GL AIP exports -> a bundle, and what had no equivalent. */
import type { JsonRecord } from '../graph/reading/row';
import { placeholder, secretName, textOf } from './entry';

export interface Converted {
  readonly bundle: JsonRecord;
  /** A sentence for everything that was left out, renamed or has to be looked at. */
  readonly warnings: readonly string[];
}

const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** What the platform of the file keeps for itself: it means nothing in another account. */
const OWN = new Set([
  'id',
  'account_id',
  'created_at',
  'updated_at',
  'created_by',
  'updated_by',
  'deleted_at',
  'status',
]);

/** The file's fields, each taken once; what nobody takes had no equivalent. */
class Source {
  readonly warnings: string[] = [];
  readonly #left: Map<string, unknown>;

  constructor(file: JsonRecord) {
    this.#left = new Map(Object.entries(file).filter(([, value]) => value !== null && value !== undefined));
  }

  take(...names: readonly string[]): unknown {
    const values = names.map((name) => {
      const value = this.#left.get(name);
      this.#left.delete(name);
      return value;
    });
    return values.find((value) => value !== undefined);
  }

  /** A word of ours for a word of theirs: `native` is NATIVE, `google_adk` and `google-adk` are GOOGLE_ADK. */
  word(known: Readonly<Record<string, string>>, name: string, value: unknown): string | undefined {
    if (value === undefined) return undefined;
    const word = textOf(value).toUpperCase().replaceAll('-', '_');
    const found = known[word];
    if (found === undefined)
      this.warnings.push(`${name}: ${JSON.stringify(value)} has no equivalent and was left out.`);
    return found;
  }

  /** What is left of the file and of its metadata, kept under `metadata.imported` so that nothing is lost. */
  metadata(given: unknown): JsonRecord {
    const metadata = isRecord(given) ? given : {};
    const dropped = [...this.#left.keys()].filter((name) => OWN.has(name));
    if (dropped.length > 0) this.warnings.push(`${dropped.join(', ')}: kept by the platform itself, left out.`);
    const rest = Object.fromEntries([...this.#left].filter(([name]) => !OWN.has(name)));
    const names = Object.keys(rest);
    if (names.length === 0) return metadata;
    this.warnings.push(`${names.join(', ')}: no equivalent; kept under metadata.imported, where nothing acts on it.`);
    return { ...metadata, imported: rest };
  }
}

const same = (words: readonly string[]): Record<string, string> =>
  Object.fromEntries(words.map((word) => [word, word]));

const FRAMEWORKS = same(['LANGCHAIN', 'LANGGRAPH', 'GOOGLE_ADK', 'LANGFLOW']);
const AGENT_TYPES = same(['CONFIG', 'A2A', 'LANGFLOW']);
const TOOL_TYPES = same(['NATIVE', 'CUSTOM']);
const TRANSPORTS = { ...same(['HTTP', 'SSE']), STREAMABLE_HTTP: 'HTTP' };

/** `openai/gpt-4o`, or provider and name apart, or an object of both. */
function modelOf(source: Source): JsonRecord | undefined {
  const model = source.take('model', 'language_model', 'language_model_id');
  const provider = source.take('provider');
  const name = source.take('model_name');
  if (isRecord(model)) return { provider: model.provider, name: model.name ?? model.model_name };
  if (typeof name === 'string') return { provider: provider ?? 'unknown', name };
  if (typeof model !== 'string') return undefined;
  const [first = '', ...rest] = model.split('/');
  if (rest.length > 0) return { provider: first, name: rest.join('/') };
  if (provider === undefined)
    source.warnings.push(`model: ${JSON.stringify(model)} names no provider; "unknown" was put in.`);
  return { provider: provider ?? 'unknown', name: model };
}

/** Names of rows that an agent uses; ids of another platform lead nowhere. */
function namesOf(source: Source, field: string, value: unknown): string[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const names = items.flatMap((item) => {
    const name = isRecord(item) ? (item.name ?? item.id) : item;
    if (typeof name === 'string' && !UUID.test(name)) return [name];
    source.warnings.push(
      `${field}: ${JSON.stringify(name ?? item)} is an id of another platform; name the row instead.`,
    );
    return [];
  });
  return [...new Set(names)];
}

function agentOf(file: JsonRecord): Converted {
  const source = new Source(file);
  const type = source.word(AGENT_TYPES, 'type', source.take('type', 'agent_type'));
  const framework = source.word(FRAMEWORKS, 'framework', source.take('framework'));
  const agent = {
    name: source.take('name'),
    description: source.take('description'),
    instruction: source.take('instruction'),
    type,
    framework: framework ?? (type === undefined || type === 'CONFIG' ? 'LANGCHAIN' : undefined),
    model: modelOf(source),
    config: source.take('agent_config', 'config'),
    toolConfigs: source.take('tool_configs'),
    a2aProfile: source.take('a2a_profile'),
    versionLabel: source.take('version'),
    tools: namesOf(source, 'tools', source.take('tools')),
    mcpServers: namesOf(source, 'mcps', source.take('mcps')),
    subAgents: namesOf(source, 'agents', source.take('agents', 'sub_agents')),
  };
  if (framework === undefined && agent.framework)
    source.warnings.push('framework: none was given; LANGCHAIN was put in.');
  return finish('agents', agent, source);
}

function toolOf(file: JsonRecord): Converted {
  const source = new Source(file);
  const tool = {
    name: source.take('name'),
    description: source.take('description'),
    type: source.word(TOOL_TYPES, 'type', source.take('tool_type', 'type')),
    framework: source.word(FRAMEWORKS, 'framework', source.take('framework')),
    versionLabel: source.take('version'),
    tags: tagsOf(source.take('tags')),
    inputSchema: source.take('input_schema', 'inputSchema', 'parameters'),
    source: source.take('source', 'tool_file'),
  };
  return finish('tools', tool, source);
}

const tagsOf = (tags: unknown): unknown =>
  typeof tags === 'string'
    ? tags
        .split(',')
        .map((tag) => tag.trim())
        .filter((tag) => tag !== '')
    : tags;

/** Secrets of a file, real or stand-ins for them, become placeholders: values are given when the bundle is applied. */
function authenticationOf(source: Source, server: unknown): JsonRecord | undefined {
  const given = source.take('authentication');
  if (!isRecord(given)) return undefined;
  const type = textOf(given.type).toUpperCase().replaceAll('-', '_');
  const ask = (part: string): string => {
    const name = secretName(textOf(server), part);
    source.warnings.push(`authentication: the secret was left out; give it as ${name} when you apply.`);
    return placeholder(name);
  };
  const [header] = isRecord(given.headers) ? Object.keys(given.headers) : [];
  const headerName = header ?? given.key;
  if (type === '' || type === 'NO_AUTH') return { type: 'NO_AUTH' };
  if (type === 'BEARER_TOKEN') return { type, token: ask('token') };
  if (type === 'API_KEY' && /^x-api-key$/i.test(textOf(headerName) || 'X-API-Key'))
    return { type, apiKey: ask('apiKey') };
  if (type !== 'API_KEY' && type !== 'CUSTOM_HEADER') {
    source.warnings.push(`authentication: ${JSON.stringify(given.type)} has no equivalent and was left out.`);
    return undefined;
  }
  return { type: 'CUSTOM_HEADER', headerName, headerValue: ask('headerValue') };
}

function serverOf(file: JsonRecord): Converted {
  const source = new Source(file);
  const name = source.take('name');
  const server = {
    name,
    description: source.take('description'),
    transport: source.word(TRANSPORTS, 'transport', source.take('transport')),
    config: source.take('config'),
    authentication: authenticationOf(source, name),
  };
  return finish('mcpServers', server, source);
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

function finish(section: string, entry: JsonRecord, source: Source): Converted {
  const metadata = source.metadata(source.take('metadata', 'mcp_metadata'));
  const said = Object.entries<unknown>({ ...entry, metadata }).filter(
    ([, value]) => value !== undefined && !isEmptyList(value),
  );
  return {
    bundle: { schemaVersion: 1, [section]: [Object.fromEntries(said)] },
    warnings: [`The file was read as one of ${section}, in the shape that GL AIP exports.`, ...source.warnings],
  };
}

const has = (file: JsonRecord, ...names: readonly string[]): boolean => names.some((name) => name in file);

/** @returns null for a file in no shape known here. */
export function convert(file: JsonRecord): Converted | null {
  if (typeof file.name !== 'string') return null;
  if (has(file, 'transport', 'mcp_metadata')) return serverOf(file);
  if (has(file, 'instruction', 'agent_config', 'model', 'model_name', 'mcps', 'tool_configs', 'a2a_profile')) {
    return agentOf(file);
  }
  return has(file, 'tool_type', 'type', 'input_schema', 'tool_file', 'tool_script') ? toolOf(file) : null;
}
