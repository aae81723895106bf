/** Bundles as text: printed alike for alike contents, and read with the line of every value. */
import {
  Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  parseDocument,
  Scalar,
  visit,
} from 'yaml';
import { badInput, type GatewayError } from '../../errors';
import { pathText } from '../../util/path-text';

/** Characters that need no escape in YAML, line breaks among them. */
const PRINTABLE = /^[\t\n\x20-\x7e\xa0-\u{d7ff}\u{e000}-\u{fefe}\u{ff00}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;
/** Line breaks of Unicode, which readers of YAML 1.1 break lines at; blanks where a block would lose them. */
const AWKWARD = /[\u2028\u2029\u0085]|^[\s]|[ \t]\n|\s$/;

/** The same value gives the same bytes: no folding, long texts as blocks, in the order given. */
export function printYaml(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false, version: '1.2', schema: 'core' });
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value !== 'string') return;
      if (!PRINTABLE.test(node.value) || AWKWARD.test(node.value)) node.type = Scalar.QUOTE_DOUBLE;
      else if (node.value.includes('\n')) node.type = Scalar.BLOCK_LITERAL;
    },
  });
  return document.toString({
    lineWidth: 0,
    minContentWidth: 0,
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  });
}

export type Path = readonly (string | number)[];

/** A text that was read, in a form that another thread can be given. */
export interface Parsed {
  readonly value: unknown;
  /** The lines, from 1, of the value and of all values in it, each before those inside of it. */
  readonly lines: Uint32Array<ArrayBuffer>;
}

export const LARGEST_BUNDLE = 2 * 1024 * 1024;
const MOST_TOKENS = 250_000;
const MOST_LEVELS = 64;
const WIDEST_INDENT = 256;

const refuse = (line: number, path: Path, message: string): GatewayError =>
  badInput(['bundle'], `Line ${line}${path.length > 0 ? `, ${pathText(path)}` : ''}: ${message}`);

/**
 * Stops what a parser would choke on before it is parsed: nesting, and more than any honest bundle has.
 * @throws GatewayError BAD_USER_INPUT
 */
function guard(text: string): void {
  let [line, column, levels, tokens] = [1, 0, 0, 0];
  for (const token of new Lexer().lex(text)) {
    tokens += 1;
    if (token === '[' || token === '{') levels += 1;
    else if (token === ']' || token === '}') levels -= 1;
    const isIndicator = token === '-' || token === '?';
    if (levels > MOST_LEVELS || (isIndicator && column > WIDEST_INDENT)) {
      throw refuse(line, [], `nested more than ${MOST_LEVELS} levels deep; nothing in a bundle is.`);
    }
    if (tokens > MOST_TOKENS) throw refuse(line, [], 'the bundle is made of too many parts. Split it into several.');
    const lines = token.split('\n');
    line += lines.length - 1;
    column = lines.length > 1 ? (lines.at(-1)?.length ?? 0) : column + token.length;
  }
}

class Reading {
  readonly value: unknown;
  readonly #lines = new LineCounter();
  readonly #document: Document;

  constructor(text: string) {
    const document = parseDocument(text, {
      lineCounter: this.#lines,
      // Compared pair by pair, which takes minutes for many keys; checked below instead.
      uniqueKeys: false,
      stringKeys: true,
      schema: 'core',
      version: '1.2',
      prettyErrors: false,
      logLevel: 'error',
    });
    this.#document = document;
    const [fault] = [...document.errors, ...document.warnings];
    if (fault) throw refuse(this.#lineAt(fault.pos[0]), [], `this is no YAML: ${fault.message}.`);
    this.#refuseTricks();
    this.value = document.toJS({ maxAliasCount: 0 });
  }

  /** In the order of the value: objects put keys that are numbers first, wherever they were written. */
  lines(): number[] {
    const lines: number[] = [];
    const put = (node: unknown, value: unknown, around: number): void => {
      const line = isNode(node) && node.range ? this.#lineAt(node.range[0]) : around;
      lines.push(line);
      if (typeof value !== 'object' || value === null) return;
      const inner = new Map<unknown, unknown>();
      if (isMap(node))
        for (const { key, value: own } of node.items) inner.set(isScalar(key) ? String(key.value) : '', own);
      if (isSeq(node)) node.items.forEach((item, index) => inner.set(String(index), item));
      for (const [key, own] of Object.entries(value)) put(inner.get(key), own, line);
    };
    put(this.#document.contents, this.value, 1);
    return lines;
  }

  #lineAt(offset: number): number {
    return Math.max(1, this.#lines.linePos(offset).line);
  }

  /** Anchors, tags and keys that come twice or mean more than themselves. */
  #refuseTricks(): void {
    visit(this.#document, {
      Node: (_key, node) => {
        const line = this.#lineAt(node.range?.[0] ?? 0);
        if (isAlias(node) || ('anchor' in node && node.anchor)) {
          throw refuse(line, [], 'anchors and aliases are not accepted: write the value out.');
        }
        if (node.tag) throw refuse(line, [], 'tags are not accepted: write the value as it is.');
        if (!isMap(node)) return;
        const seen = new Set<string>();
        for (const { key } of node.items) {
          const name = isScalar(key) ? String(key.value) : '';
          const at = isNode(key) ? this.#lineAt(key.range?.[0] ?? 0) : line;
          if (seen.has(name)) throw refuse(at, [], `${JSON.stringify(name)} comes twice in one object.`);
          if (name === '__proto__') throw refuse(at, [], '"__proto__" is no name for a field.');
          seen.add(name);
        }
      },
    });
  }
}

/** @throws GatewayError BAD_USER_INPUT */
export function refuseLarge(text: string): void {
  const size = Buffer.byteLength(text);
  if (size <= LARGEST_BUNDLE) return;
  throw badInput(['bundle'], `The bundle is ${size} bytes; at most ${LARGEST_BUNDLE} are read. Split it into several.`);
}

/**
 * Reads YAML 1.2, of which JSON is a part. Takes seconds for the worst texts: see reader.ts.
 * @throws GatewayError BAD_USER_INPUT with the line; for aliases, anchors, tags, doubled keys, `__proto__`, nesting and size too.
 */
export function parseYaml(text: string): Parsed {
  refuseLarge(text);
  guard(text);
  try {
    const reading = new Reading(text);
    return { value: reading.value, lines: Uint32Array.from(reading.lines()) };
  } catch (error) {
    if (error instanceof RangeError) throw refuse(1, [], `nested more than ${MOST_LEVELS} levels deep.`);
    throw error;
  }
}
