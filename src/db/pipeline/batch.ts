/** Several statements in one message and one response: PostgreSQL's pipeline, ended by a single Sync. */
import { Query, type Connection } from 'pg';
import { serialize } from 'pg-protocol';
import { answerTooLarge, MAX_ANSWER_CHARS } from '../../errors';
import { nextSlice } from '../../util/slices';
import { jsonText, parserOf, refuseType, type Parser } from './value-parsers';

/** A statement whose rows come as arrays, in the order of the selected columns. */
export interface PreparedQuery {
  /** Unset for statements too rare to be kept prepared. */
  readonly name?: string | undefined;
  readonly text: string;
  readonly values: readonly unknown[];
  /** Entity columns among the selected ones. */
  readonly columns?: readonly ExpectedColumn[];
}

/** A column as the gateway expects it. */
interface ExpectedColumn {
  readonly name: string;
  /** PostgreSQL's type OID; null when any type will do. */
  readonly oid: number | null;
  /** Whether JSON is read as JsonText. */
  readonly isText: boolean;
}

/**
 * A stored value that the gateway cannot read: only its own request fails. The message names the column and the row,
 * never the value.
 */
export class UnreadableValueError extends Error {
  constructor({ name }: Field, row: string | null, text: string, cause: unknown) {
    const [, table = 'an expression'] = /\b(?:FROM|INTO|UPDATE) (?:ONLY )?"?(\w+)"?/.exec(text) ?? [];
    const where = row === null ? '' : `, in row ${row}`;
    super(`The column "${name}" of ${table} holds a value that cannot be read${where}`, { cause });
  }
}

/** PostgreSQL's description of a column. */
interface Field {
  readonly name: string;
  readonly dataTypeID: number;
}

/** How to read a statement's rows. */
interface Reading {
  readonly fields: readonly Field[];
  readonly parsers: readonly Parser[];
}

const NO_ROWS: Reading = { fields: [], parsers: [] };

/** The statements prepared on a connection and how to read their rows; null until described. */
export type PreparedStatements = Map<string, Reading | null>;

type Done = (error: Error | null, answers: unknown[][][]) => void;

/** The query that failed, by the error that its batch ended with. */
const failedQueries = new WeakMap<object, PreparedQuery>();

/** The query whose answer a batch was waiting for when it failed; null for other failures. */
export const failedQuery = (error: unknown): PreparedQuery | null =>
  (typeof error === 'object' && error !== null && failedQueries.get(error)) || null;

/** After this many characters of rows, reading pauses so that other work gets its turn. */
const PIECE_CHARS = 256 * 1024;

/** A parameter as the protocol carries it. */
type Parameter = string | Buffer | null;

const EXECUTE = serialize.execute();
const FLUSH = serialize.flush();
const SYNC = serialize.sync();
const DESCRIBE = serialize.describe({ type: 'P' });

/** The messages that run a statement. @param reading as the connection's PreparedStatements have it. */
function messagesOf(
  { name = '', text }: PreparedQuery,
  values: Parameter[],
  reading: Reading | null | undefined,
): Buffer[] {
  const bind = serialize.bind({ statement: name, values });
  if (reading) return [bind, EXECUTE];
  const described = [bind, DESCRIBE, EXECUTE];
  return reading === undefined ? [serialize.parse({ name, text }), ...described] : described;
}

/** The messages of statements without parameters, which are the same every time. */
const constantMessages = new WeakMap<PreparedQuery, Buffer>();

/** An array parameter in PostgreSQL's own notation. */
function arrayText(values: readonly unknown[]): string {
  const items = values.map((value) => {
    if (value === null || value === undefined) return 'NULL';
    if (typeof value === 'string') return `"${value.replace(/["\\]/g, '\\$&')}"`;
    if (typeof value === 'number' || typeof value === 'boolean') return `${value}`;
    throw new TypeError('An array parameter holds text, numbers and booleans only');
  });
  return `{${items.join()}}`;
}

/** @throws TypeError for a value without a unique notation; pass it as text instead. */
function parameterText(value: unknown): Parameter {
  if (typeof value === 'string' || Buffer.isBuffer(value)) return value;
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  if (Array.isArray(value)) return arrayText(value);
  throw new TypeError('A parameter is text, a number, a boolean, bytes or an array of them');
}

/**
 * For one connection in pipeline mode. A failure ends the batch: PostgreSQL skips what follows, up to the Sync. A
 * transaction opened by the batch is then still open, and it is unknown which statements after the failure are
 * prepared: see `doubtful`.
 *
 * It extends Query because node-postgres accepts no other class in a pipeline, but sends and reads everything itself.
 */
export class Batch extends Query {
  /** Called by node-postgres, which may wrap it in its timeout. */
  callback: (error: Error | null) => void;
  readonly #queries: readonly PreparedQuery[];
  readonly #prepared: PreparedStatements;
  #parameters: readonly Parameter[][];
  #answers: unknown[][][] = [];
  #done: Done | null;
  readonly #doubtful = new Set<string>();
  #rows: unknown[][] = [];
  #left = MAX_ANSWER_CHARS;
  /** The remaining characters at which to pause and let other work run. */
  #nextPause = MAX_ANSWER_CHARS - PIECE_CHARS;
  #connection: Connection | null = null;
  #reading: Reading | null = null;
  /** The error that rejects the batch at its end: its rows are then useless, but its connection is still usable. */
  #unreadable: UnreadableValueError | null = null;

  /** @param ends receives the time at which each statement was answered, separately; null when not observed. */
  constructor(
    queries: readonly PreparedQuery[],
    prepared: PreparedStatements,
    done: Done,
    private readonly ends: number[] | null = null,
  ) {
    super('');
    this.#queries = queries;
    this.#parameters = queries.map(({ values }) => values.map(parameterText));
    this.#prepared = prepared;
    this.#done = done;
    this.callback = this.#settle.bind(this);
    this.#expect();
  }

  /** After a failure: names of statements that may or may not be prepared on the server. */
  get doubtful(): readonly string[] {
    return [...this.#doubtful];
  }

  override submit = (connection: Connection): null => {
    this.#connection = connection;
    const messages = this.#queries.flatMap((query, index) => this.#messages(query, this.#parameters[index] ?? []));
    connection.stream.write(Buffer.concat([...messages, SYNC]));
    this.#parameters = [];
    return null;
  };

  handleRowDescription({ fields }: { fields: readonly Field[] }): void {
    const { columns = [] } = this.#queries[this.#answers.length] ?? {};
    const parserFor = ({ name, dataTypeID }: Field): Parser => {
      const column = columns.find((each) => each.name === name);
      if ((column?.oid ?? dataTypeID) !== dataTypeID) return refuseType;
      return column?.isText === true ? jsonText : parserOf(dataTypeID);
    };
    this.#reading = { fields, parsers: fields.map(parserFor) };
  }

  handleDataRow({ fields }: { fields: unknown[] }): void {
    if (this.#unreadable) return;
    const { parsers } = this.#reading ?? NO_ROWS;
    // An error thrown here would reach only the process.
    let index = 0;
    try {
      for (; index < fields.length; index += 1) {
        const text = fields[index];
        if (typeof text !== 'string') continue;
        this.#left -= text.length;
        fields[index] = parsers[index]?.(text);
      }
    } catch (error) {
      this.#unreadable = this.#describe(fields, index, error);
      this.#rows = [];
      return;
    }
    if (this.#left < 0) {
      this.#giveUp();
      return;
    }
    this.#rows.push(fields);
    if (this.#left < this.#nextPause) this.#giveWay();
  }

  handleCommandComplete(): void {
    this.ends?.push(performance.now());
    const name = this.#queries[this.#answers.length]?.name;
    // A statement without a description has no rows: BEGIN, for example.
    if (name !== undefined) {
      this.#prepared.set(name, this.#reading ?? NO_ROWS);
      this.#doubtful.delete(name);
    }
    this.#answers.push(this.#rows);
    this.#rows = [];
    this.#expect();
  }

  handleReadyForQuery(): void {
    this.callback(this.#unreadable);
  }

  handleError(error: Error): void {
    const query = this.#queries[this.#answers.length];
    if (query) failedQueries.set(error, query);
    this.callback(error);
  }

  /**
   * Stops reading from the connection until it is the turn of this work: what PostgreSQL has ready would otherwise be read
   * from all connections in one turn of the event loop.
   */
  #giveWay(): void {
    this.#nextPause = this.#left - PIECE_CHARS;
    const stream = this.#connection?.stream;
    const wait = nextSlice();
    if (!stream || !wait) return;
    stream.pause();
    void wait.then(() => stream.resume());
  }

  /** Any number of rows may follow, so do not wait for them: the connection is closed with them. */
  #giveUp(): void {
    this.#connection?.stream.destroy();
    this.#rows = [];
    this.callback(answerTooLarge());
  }

  /**
   * Calls back once, and releases all rows: the timeout that node-postgres wraps around the callback is a function that
   * V8 allocates in the old generation (`object.name = () => …`), and everything it references stays until the next
   * full collection. See docs/adr/0193.
   */
  #settle(error: Error | null): void {
    const done = this.#done;
    const answers = this.#answers;
    this.#done = null;
    this.#answers = [];
    done?.(error, answers);
  }

  #describe(values: readonly unknown[], index: number, error: unknown): UnreadableValueError {
    const { fields } = this.#reading ?? NO_ROWS;
    const id = values[fields.findIndex(({ name }) => name === 'id')];
    const { text = '' } = this.#queries[this.#answers.length] ?? {};
    return new UnreadableValueError(
      fields[index] ?? { name: '?', dataTypeID: 0 },
      typeof id === 'string' ? id : null,
      text,
      error,
    );
  }

  #expect(): void {
    const name = this.#queries[this.#answers.length]?.name;
    this.#reading = (name === undefined ? null : this.#prepared.get(name)) ?? null;
  }

  #messages(query: PreparedQuery, values: Parameter[]): Buffer[] {
    const { name } = query;
    const reading = name === undefined ? undefined : this.#prepared.get(name);
    if (name !== undefined && reading === undefined) {
      this.#prepared.set(name, null);
      this.#doubtful.add(name);
    }
    // Without it, the server holds back all responses until the last one is ready.
    if (this.ends) return [...messagesOf(query, values, reading), FLUSH];
    const isConstant = values.length === 0 && (name === undefined || reading);
    if (!isConstant) return messagesOf(query, values, reading);
    let constant = constantMessages.get(query);
    if (!constant) constantMessages.set(query, (constant = Buffer.concat(messagesOf(query, values, reading))));
    return [constant];
  }
}
