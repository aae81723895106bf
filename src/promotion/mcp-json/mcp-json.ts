/** Converts the HTTP servers in files of MCP clients (Claude, Cursor, VS Code, Windsurf, Gemini) to a bundle. */
import { isSecretHeader, secretIn, withoutSecretParameters } from '../../util/secret-shapes';
import type { JsonRecord } from '../../graph/queries/account-row';
import { placeholder, secretName } from '../bundle/entry';
import type { Path } from '../bundle/parse-yaml';
import type { Converted } from '../gl-aip/converted';
import type { Remark } from '../gl-aip/field-reader';
import { isRecord } from '../../util/json-values';

const TRANSPORTS: Readonly<Record<string, 'HTTP' | 'SSE'>> = {
  http: 'HTTP',
  'streamable-http': 'HTTP',
  streamablehttp: 'HTTP',
  streamable_http: 'HTTP',
  sse: 'SSE',
};
const URL_FIELDS = ['url', 'serverUrl', 'httpUrl'];

/** One server of the file. */
class ServerEntry {
  readonly remarks: Remark[] = [];
  readonly #places = new Map<string, Path>();

  constructor(
    private readonly name: string,
    private readonly server: JsonRecord,
    private readonly root: Path,
  ) {}

  /** @returns null for a server without HTTP. */
  entry(): JsonRecord | null {
    const urlField = URL_FIELDS.find((field) => typeof this.server[field] === 'string');
    if (urlField === undefined) {
      this.#remark(
        [],
        'is started as a program (stdio), which has no equivalent: only servers with a URL are imported.',
      );
      return null;
    }
    const known = [urlField, 'type', 'transport', 'headers', 'description'];
    for (const field of Object.keys(this.server)) {
      if (!known.includes(field)) this.#remark([field], 'has no equivalent; left out.');
    }
    const { headers, authentication } = this.#headers();
    const { description } = this.server;
    return {
      name: this.name,
      ...(typeof description === 'string' && { description }),
      transport: this.#transport(),
      config: { url: this.#url(urlField), ...(Object.keys(headers).length > 0 && { headers }) },
      ...(authentication && { authentication }),
    };
  }

  placeOf(path: Path): Path {
    for (let length = path.length; length > 0; length -= 1) {
      const place = this.#places.get(JSON.stringify(path.slice(0, length)));
      if (place) return [...this.root, ...place, ...path.slice(length)];
    }
    return this.root;
  }

  #remark(path: Path, message: string): void {
    this.remarks.push({ path: [...this.root, ...path], message });
  }

  #transport(): string {
    const field = 'type' in this.server ? 'type' : 'transport';
    const type = this.server[field];
    this.#places.set(JSON.stringify(['transport']), [field]);
    const transport = typeof type === 'string' ? TRANSPORTS[type.toLowerCase()] : undefined;
    if (type !== undefined && transport === undefined)
      this.#remark([field], `${JSON.stringify(type)} is not a known transport; HTTP was used.`);
    return transport ?? 'HTTP';
  }

  #url(field: string): string {
    const url = String(this.server[field]);
    this.#places.set(JSON.stringify(['config', 'url']), [field]);
    const { url: address, removed } = withoutSecretParameters(url);
    for (const parameter of removed)
      this.#remark(
        [field],
        `the parameter ${JSON.stringify(parameter)} contains a secret, which was left out: send it in a header, if the server accepts one.`,
      );
    return address;
  }

  #headers(): { headers: JsonRecord; authentication: JsonRecord | null } {
    const given = isRecord(this.server.headers) ? Object.entries(this.server.headers) : [];
    this.#places.set(JSON.stringify(['config', 'headers']), ['headers']);
    this.#places.set(JSON.stringify(['authentication']), ['headers']);
    const isSecret = ([name, value]: [string, unknown]): boolean =>
      isSecretHeader(name) || (typeof value === 'string' && (/\$\{|\{\{/.test(value) || secretIn(value) !== null));
    const secret = given.filter(isSecret);
    const headers = Object.fromEntries(given.filter((header) => !isSecret(header)));
    return { headers, authentication: secret.length === 0 ? null : this.#authentication(secret) };
  }

  #authentication(secret: readonly (readonly [string, unknown])[]): JsonRecord {
    const ask = (header: string, name: string, what: string): string => {
      this.#remark(['headers', header], `contains a secret, which was left out; provide ${what} as ${name}.`);
      return placeholder(name);
    };
    const [[first, value] = ['', null]] = secret;
    if (secret.length === 1 && /^authorization$/i.test(first) && /^bearer\s/i.test(String(value)))
      return {
        type: 'BEARER_TOKEN',
        token: ask(first, secretName(this.name, 'token'), 'the token (without "Bearer")'),
      };
    if (secret.length === 1 && /^x-api-key$/i.test(first))
      return { type: 'API_KEY', apiKey: ask(first, secretName(this.name, 'apiKey'), 'its value') };
    const headers = secret.map(([name], index) => {
      this.#places.set(JSON.stringify(['authentication', 'headers', index]), ['headers', name]);
      return { name, value: ask(name, secretName(this.name, `headers.${name.toLowerCase()}`), 'its whole value') };
    });
    return { type: 'CUSTOM_HEADER', headers };
  }
}

const isServer = (value: unknown): boolean =>
  isRecord(value) && ['command', 'type', ...URL_FIELDS].some((field) => typeof value[field] === 'string');

/** The servers' location: at the top, or within the settings of VS Code. */
function serversIn(file: JsonRecord): { readonly path: Path; readonly servers: JsonRecord } | null {
  for (const name of ['mcpServers', 'servers']) {
    const servers = file[name];
    if (isRecord(servers) && Object.values(servers).every(isServer)) return { path: [name], servers };
  }
  const inner = isRecord(file.mcp) ? serversIn(file.mcp) : null;
  return inner && { ...inner, path: ['mcp', ...inner.path] };
}

/** @returns null for a file in another format. */
export function convertMcpJson(file: JsonRecord): Converted | null {
  const found = serversIn(file);
  if (!found) return null;
  const { path, servers } = found;
  const others = Object.keys(file).filter((field) => field !== path[0]);
  const readers = Object.entries(servers).map(
    ([name, server]) => new ServerEntry(name, isRecord(server) ? server : {}, [...path, name]),
  );
  const entries = readers.flatMap((reader) => {
    const entry = reader.entry();
    return entry ? [{ reader, entry }] : [];
  });
  return {
    bundle: { schemaVersion: 1, mcpServers: entries.map(({ entry }) => entry) },
    what: `a file of MCP clients; ${entries.length} of its ${readers.length} servers are reached over HTTP and were read`,
    remarks: [
      ...readers.flatMap(({ remarks }) => remarks),
      ...others.map((field) => ({ path: [field], message: 'has no equivalent; left out.' })),
    ],
    placeOf: ([, index, ...rest]) => entries[Number(index)]?.reader.placeOf(rest) ?? path,
  };
}
