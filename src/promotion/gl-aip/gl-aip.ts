/** Files of one agent, tool or MCP server in GL AIP's export format -> a bundle, and what had no equivalent. */
import type { JsonRecord } from '../../graph/queries/account-row';
import { compare, placeholder, secretName, textOf } from '../bundle/entry';
import { FieldReader } from './field-reader';
import { isRecord } from '../../util/json-values';
import type { Converted } from './converted';
import type { Path } from '../bundle/parse-yaml';

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

const same = (words: readonly string[]): Record<string, string> =>
  Object.fromEntries(words.map((word) => [word, word]));

const FRAMEWORKS = same(['LANGCHAIN', 'LANGGRAPH', 'GOOGLE_ADK', 'LANGFLOW']);
const AGENT_TYPES = same(['CONFIG', 'A2A', 'LANGFLOW']);
const TOOL_TYPES = same(['NATIVE', 'CUSTOM']);
const TRANSPORTS = { ...same(['HTTP', 'SSE']), STREAMABLE_HTTP: 'HTTP' };

/** `openai/gpt-4o`, provider and name separately, an object of both, or what older files have in their agent_config. */
function modelOf(source: FieldReader, config: unknown): JsonRecord | undefined {
  const provider = source.take('model.provider', ['provider']);
  const name = source.take('model.name', ['model_name']);
  const model = source.take('model', ['model', 'language_model', 'language_model_id']);
  if (isRecord(model)) return { provider: model.provider, name: model.name ?? model.model_name };
  if (typeof name === 'string') {
    source.put(['model', 'provider'], ['provider']);
    source.put(['model', 'name'], ['model_name']);
    return { provider: provider ?? 'unknown', name };
  }
  if (typeof model === 'string') {
    const [first = '', ...rest] = model.split('/');
    source.put(['model', 'provider'], source.placeOf(['model']));
    source.put(['model', 'name'], source.placeOf(['model']));
    if (rest.length > 0) return { provider: first, name: rest.join('/') };
    if (provider === undefined)
      source.remark(source.placeOf(['model']), `${JSON.stringify(model)} has no provider; "unknown" was used.`);
    return { provider: provider ?? 'unknown', name: model };
  }
  if (!isRecord(config) || typeof config.lm_name !== 'string') return undefined;
  source.put(['model'], ['agent_config', 'lm_name']);
  return { provider: config.lm_provider ?? 'unknown', name: config.lm_name };
}

/** Names of rows that an agent uses; ids of another platform lead nowhere. */
function namesOf(source: FieldReader, field: string, names: readonly string[]): string[] {
  const value = source.take(field, names);
  const at = source.placeOf([field]);
  if (value !== undefined && !Array.isArray(value)) source.remark(at, 'is not a list; left out.');
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const places = new Map<string, Path>();
  for (const [index, item] of items.entries()) {
    const step = isRecord(item) ? ['name', 'id'].filter((key) => key in item).slice(0, 1) : [];
    const name = isRecord(item) ? (item.name ?? item.id) : item;
    const place = [...at, index, ...step];
    if (typeof name !== 'string' || UUID.test(name))
      source.remark(place, `${JSON.stringify(name ?? item)} is an id of another platform; name the row instead.`);
    else if (!places.has(name)) places.set(name, place);
  }
  if (items.some((item) => isRecord(item) && 'description' in item))
    source.remark(at, 'contains descriptions, which belong to the rows to which it refers; they were left out.');
  // Entries list names in order; so do their places.
  const sorted = [...places].sort(([left], [right]) => compare(left, right));
  sorted.forEach(([, place], index) => source.put([field, index], place));
  return sorted.map(([name]) => name);
}

function agentOf(file: JsonRecord): Converted {
  const source = new FieldReader(file);
  const type = source.word(AGENT_TYPES, 'type', ['type', 'agent_type']);
  const framework = source.word(FRAMEWORKS, 'framework');
  const config = source.take('config', ['agent_config', 'config']);
  const agent = {
    name: source.take('name'),
    description: source.take('description'),
    instruction: source.take('instruction'),
    type,
    framework: framework ?? (type === undefined || type === 'CONFIG' ? 'LANGCHAIN' : undefined),
    model: modelOf(source, config),
    config,
    toolConfigs: source.take('toolConfigs', ['tool_configs']),
    a2aProfile: source.take('a2aProfile', ['a2a_profile']),
    versionLabel: source.take('versionLabel', ['version']),
    tools: namesOf(source, 'tools', ['tools']),
    mcpServers: namesOf(source, 'mcpServers', ['mcps']),
    subAgents: namesOf(source, 'subAgents', ['agents', 'sub_agents']),
  };
  if (framework === undefined && agent.framework)
    source.remark(['framework'], 'no known framework was given; LANGCHAIN was used.');
  return finish('agents', agent, source);
}

function toolOf(file: JsonRecord): Converted {
  const source = new FieldReader(file);
  const tool = {
    name: source.take('name'),
    description: source.take('description'),
    type: source.word(TOOL_TYPES, 'type', ['tool_type', 'type']),
    framework: source.word(FRAMEWORKS, 'framework'),
    versionLabel: source.take('versionLabel', ['version']),
    tags: tagsOf(source.take('tags')),
    inputSchema: source.take('inputSchema', ['input_schema', 'inputSchema', 'parameters']),
    source: source.take('source', ['source', 'tool_file']),
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

/** A file's secrets, real or dummy, become placeholders: values are given when the bundle is applied. */
function authenticationOf(source: FieldReader, server: unknown): JsonRecord | undefined {
  const given = source.take('authentication');
  if (!isRecord(given)) return undefined;
  const type = textOf(given.type).toUpperCase().replaceAll('-', '_');
  const ask = (part: string, ...place: readonly string[]): string => {
    const name = secretName(textOf(server), part);
    if (!part.startsWith('headers.')) source.put(['authentication', part], ['authentication', ...place]);
    source.remark(['authentication', ...place], `contains a secret, which was left out; provide it as ${name}.`);
    return placeholder(name);
  };
  const headerNames = isRecord(given.headers) ? Object.keys(given.headers) : [];
  const [header] = headerNames;
  const headerName = header ?? given.key;
  const place = header === undefined ? ['value'] : ['headers', header];
  if (type === '' || type === 'NO_AUTH') return { type: 'NO_AUTH' };
  if (type === 'BEARER_TOKEN') return { type, token: ask('token', ...(header === undefined ? ['token'] : place)) };
  if (type === 'API_KEY' && /^x-api-key$/i.test(textOf(headerName) || 'X-API-Key'))
    return { type, apiKey: ask('apiKey', ...place) };
  if (type !== 'API_KEY' && type !== 'CUSTOM_HEADER') {
    source.remark(['authentication', 'type'], `${JSON.stringify(given.type)} has no equivalent and was left out.`);
    return undefined;
  }
  const names = headerNames.length > 0 ? headerNames : [textOf(headerName)];
  const headers = names.map((name, index) => {
    const from = headerNames.length > 0 ? ['headers', name] : place;
    source.put(['authentication', 'headers', index], ['authentication', ...from]);
    source.put(['authentication', 'headers', index, 'value'], ['authentication', ...from]);
    return { name, value: ask(`headers.${name.toLowerCase()}`, ...from) };
  });
  return { type: 'CUSTOM_HEADER', headers };
}

function serverOf(file: JsonRecord): Converted {
  const source = new FieldReader(file);
  const name = source.take('name');
  const server = {
    name,
    description: source.take('description'),
    transport: source.word(TRANSPORTS, 'transport'),
    config: source.take('config'),
    authentication: authenticationOf(source, name),
  };
  return finish('mcpServers', server, source);
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

function finish(section: string, entry: JsonRecord, source: FieldReader): Converted {
  const metadata = source.metadata(['metadata', 'mcp_metadata']);
  const said = Object.entries<unknown>({ ...entry, metadata }).filter(
    ([, value]) => value !== undefined && !isEmptyList(value),
  );
  return {
    bundle: { schemaVersion: 1, [section]: [Object.fromEntries(said)] },
    what: `one of ${section}, in the export format of GL AIP`,
    remarks: source.remarks,
    // The first two steps lead to the only entry.
    placeOf: (path) => source.placeOf(path.slice(2)),
  };
}

const has = (file: JsonRecord, ...names: readonly string[]): boolean => names.some((name) => name in file);

/** @returns null for a file in no known format. */
export function convert(file: JsonRecord): Converted | null {
  if (typeof file.name !== 'string') return null;
  if (has(file, 'transport', 'mcp_metadata')) return serverOf(file);
  if (has(file, 'instruction', 'agent_config', 'model', 'model_name', 'mcps', 'tool_configs', 'a2a_profile')) {
    return agentOf(file);
  }
  return has(file, 'tool_type', 'type', 'input_schema', 'tool_file', 'tool_script') ? toolOf(file) : null;
}
