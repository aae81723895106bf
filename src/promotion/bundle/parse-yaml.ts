/** Parses the text of a bundle, with the line of every value in it. */
import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Scalar,
} from 'yaml';
import { badInput, GatewayError } from '../../errors';
import { inexactNumber, isExactNumber } from '../../util/exact-number';
import { pathText } from '../../util/path-text';
import { explainYaml } from './yaml-problems';

export type Path = readonly (string | number)[];

/** A parsed text, in a form that can be passed to another thread. */
export interface Parsed {
  readonly value: unknown;
  /** The lines, starting at 1, of the value and all values in it, each before those inside it. */
  readonly lines: Uint32Array<ArrayBuffer>;
}

/** The largest export that fits in a response of 16 MB, as YAML and as JSON. */
export const MAX_BUNDLE_BYTES = 8 * 1024 * 1024;
/** More would block other requests during validation and planning. */
export const MAX_BUNDLE_ROWS = 10_000;
/** Words, punctuation and the spaces between them. */
export const MAX_TOKENS = 500_000;

interface TextLimits {
  readonly bytes: number;
  readonly tokens: number;
}

const LIMITS: TextLimits = { bytes: MAX_BUNDLE_BYTES, tokens: MAX_TOKENS };
const MAX_LEVELS = 64;
const MAX_INDENT = 256;

/** @param line starts at 1. */
export const refuse = (line: number, path: Path, message: string): GatewayError =>
  new GatewayError('BAD_USER_INPUT', `Line ${line}${path.length > 0 ? `, ${pathText(path)}` : ''}: ${message}`, {
    path: ['bundle', ...path],
    line,
    problems: [{ message, path: pathText(path), line }],
  });

/**
 * Rejects, before parsing, what would choke a parser: nesting, and more than any legitimate bundle has.
 * @throws GatewayError BAD_USER_INPUT
 */
function guard(text: string, maxTokens: number): void {
  let [line, column, levels, tokens] = [1, 0, 0, 0];
  for (const token of new Lexer().lex(text)) {
    tokens += 1;
    if (token === '[' || token === '{') levels += 1;
    else if (token === ']' || token === '}') levels -= 1;
    const isIndicator = token === '-' || token === '?';
    if (levels > MAX_LEVELS || (isIndicator && column > MAX_INDENT)) {
      throw refuse(line, [], `nested more than ${MAX_LEVELS} levels deep; bundles do not need that.`);
    }
    if (tokens > maxTokens) throw refuse(line, [], 'the bundle has too many tokens. Split it into several.');
    const lines = token.split('\n');
    line += lines.length - 1;
    column = lines.length > 1 ? (lines.at(-1)?.length ?? 0) : column + token.length;
  }
}

/** The number of tokens in a text, as its limit counts them. */
export function tokensIn(text: string): number {
  const tokens = new Lexer().lex(text);
  let count = 0;
  while (tokens.next().done !== true) count += 1;
  return count;
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
    if (fault) {
      const line = this.#lineAt(fault.pos[0]);
      throw refuse(line, [], `this is not YAML: ${explainYaml(fault, text.split('\n')[line - 1] ?? '')}.`);
    }
    this.#refuseTricks();
    this.value = document.toJS({ maxAliasCount: 0 });
  }

  /** In the order of the value: objects put numeric keys first, wherever they were written. */
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

  /** Anchors, tags, numbers that parsing would change, and duplicate or special keys. */
  #refuseTricks(): void {
    visit(this.#document, {
      Node: (_key, node, ancestors) => {
        const line = this.#lineAt(node.range?.[0] ?? 0);
        if (isAlias(node) || ('anchor' in node && node.anchor)) {
          throw refuse(line, [], 'anchors and aliases are not accepted: write the value out.');
        }
        if (node.tag) throw refuse(line, [], 'tags are not accepted: write the value as it is.');
        if (isScalar(node)) refuseNumber(node, line, ancestors);
        if (!isMap(node)) return;
        const seen = new Set<string>();
        for (const { key } of node.items) {
          const name = isScalar(key) ? String(key.value) : '';
          const at = isNode(key) ? this.#lineAt(key.range?.[0] ?? 0) : line;
          if (seen.has(name)) throw refuse(at, [], `${JSON.stringify(name)} occurs twice in one object.`);
          if (name === '__proto__') throw refuse(at, [], '"__proto__" is not accepted as the name of a field.');
          seen.add(name);
        }
      },
    });
  }
}

/** The path of a node, from the nodes around it. */
function pathOf(ancestors: readonly unknown[], node: Node): Path {
  return ancestors.flatMap((ancestor, index): (string | number)[] => {
    if (isPair(ancestor)) return [isScalar(ancestor.key) ? String(ancestor.key.value) : ''];
    return isSeq(ancestor) ? [ancestor.items.indexOf(ancestors[index + 1] ?? node)] : [];
  });
}

function isKept({ value, source = '' }: Scalar): boolean {
  if (/^[-+]?0[xo]/i.test(source)) return Number.isSafeInteger(value);
  return typeof value !== 'number' || isExactNumber(source);
}

/** @throws GatewayError BAD_USER_INPUT */
function refuseNumber(node: Scalar, line: number, ancestors: readonly unknown[]): void {
  if (typeof node.value !== 'number' || isKept(node)) return;
  const { source = '' } = node;
  const problem =
    Number.isFinite(node.value) || /\d/.test(source) ? inexactNumber(source) : `is ${source}, which JSON does not have`;
  throw refuse(line, pathOf(ancestors, node), `${problem}.`);
}

/** @throws GatewayError BAD_USER_INPUT */
export function refuseLarge(text: string, maxBytes = MAX_BUNDLE_BYTES): void {
  const size = Buffer.byteLength(text);
  if (size <= maxBytes) return;
  throw badInput(['bundle'], `The bundle is ${size} bytes; at most ${maxBytes} are read. Split it into several.`);
}

/**
 * Reads YAML 1.2, of which JSON is a subset. Takes seconds for the worst texts: see parse-thread.ts.
 * @throws GatewayError BAD_USER_INPUT with the line; also for aliases, anchors, tags, duplicate keys, `__proto__`,
 *   nesting and size.
 */
export function parseYaml(text: string, limits: TextLimits = LIMITS): Parsed {
  refuseLarge(text, limits.bytes);
  guard(text, limits.tokens);
  try {
    const reading = new Reading(text);
    return { value: reading.value, lines: Uint32Array.from(reading.lines()) };
  } catch (error) {
    if (error instanceof RangeError) throw refuse(1, [], `nested more than ${MAX_LEVELS} levels deep.`);
    throw error;
  }
}
