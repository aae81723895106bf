/**
 * Operations that were sent before: parsed, validated and admitted once, they run without Apollo's steps around them.
 * Whatever is not plain data (a refusal, an error, a failure) is handed to Apollo, which words it as at the first time.
 */
import type { DocumentNode, ExecutionResult, OperationDefinitionNode } from 'graphql';
import type { GatewayContext } from './context';
import type { Operation } from './execution';

const MOST_OPERATIONS = 400;
/** Longer texts go through Apollo each time, so that hostile ones cannot fill the memory. */
const LONGEST_TEXT = 8_192;

/** The only operation of its document. */
interface Known {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/** A known operation with the variables of one request. */
interface Asked extends Known {
  readonly variables: Record<string, unknown>;
}

/** What became of an operation before Apollo was asked to word it. */
export interface Replay {
  /** Why it was not admitted. */
  readonly refusal?: Error;
  /** What it answered, once it was admitted. */
  readonly result?: Promise<ExecutionResult>;
}

/** One attempt: `text` is the whole answer, or null when Apollo is to answer from `context`. */
export interface Attempt {
  readonly text: string | null;
  readonly context: () => Promise<GatewayContext>;
}

/** The steps that a repeated operation still takes. */
export interface Steps {
  /** Throws for what may not run: limits and rates. */
  readonly admit: (asked: Asked, context: GatewayContext) => Promise<void>;
  readonly run: (operation: Operation) => Promise<ExecutionResult>;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isAbsent = (value: unknown): value is null | undefined => value === null || value === undefined;

export class RepeatedOperations {
  readonly #known = new Map<string, Known>();

  constructor(private readonly steps: Steps) {}

  /** To be told of each operation that Apollo parsed, validated and let pass, whoever sent it. */
  learn(text: string | undefined, document: DocumentNode, operation: OperationDefinitionNode | undefined): void {
    if (text === undefined || text.length > LONGEST_TEXT || !operation) return;
    const operations = document.definitions.filter(({ kind }) => kind === operation.kind);
    if (operations.length !== 1) return;
    this.#known.set(text, { document, operation });
    if (this.#known.size <= MOST_OPERATIONS) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }

  /** @returns null for a body that is not plainly a known operation; Apollo says what it is. */
  find(body: unknown): Asked | null {
    if (!isRecord(body)) return null;
    const { query, operationName, variables, extensions } = body;
    const known = typeof query === 'string' ? this.#known.get(query) : undefined;
    if (!known || !isAbsent(extensions)) return null;
    if (!isAbsent(operationName) && operationName !== known.operation.name?.value) return null;
    if (isAbsent(variables)) return { ...known, variables: {} };
    return isRecord(variables) ? { ...known, variables } : null;
  }

  /** @param open authenticates; called once. */
  async attempt(asked: Asked, open: () => Promise<GatewayContext>): Promise<Attempt> {
    const opening = open();
    const context = await opening.catch(() => null);
    if (context === null) return { text: null, context: () => opening };
    const handOver = (replay: Replay): Attempt => ({ text: null, context: async () => ({ ...context, replay }) });
    try {
      await this.steps.admit(asked, context);
    } catch (error) {
      return handOver({ refusal: error instanceof Error ? error : new Error(String(error)) });
    }
    const result = this.steps.run({ ...asked, operationName: undefined, context });
    const answer = await result.catch(() => null);
    if (!answer || answer.errors || answer.extensions) return handOver({ result });
    // As Apollo writes it.
    return { text: `${JSON.stringify({ data: answer.data })}\n`, context: () => opening };
  }
}
