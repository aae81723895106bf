/** Limits the size of an answer: the cost of an operation counts objects, which may be small or large. */
import { answerTooLarge, MAX_ANSWER_CHARS } from '../../errors';

/** The approximate size of a number, a bracket or a comma. */
const SMALL_CHARS = 8;

/** The approximate JSON size, in characters, of a value that is not a schema object; stops counting beyond `limit`. */
function charsOf(value: unknown, limit: number): number {
  if (typeof value === 'string') return value.length + SMALL_CHARS;
  if (typeof value !== 'object' || value === null) return SMALL_CHARS;
  /** Containers still to be counted: recursion could be too deep. */
  const rest: object[] = [value];
  let chars = SMALL_CHARS;
  for (let container = rest.pop(); container && chars <= limit; container = rest.pop()) {
    if (!Array.isArray(container)) for (const name of Object.keys(container)) chars += name.length;
    const items: unknown[] = Array.isArray(container) ? container : Object.values(container);
    for (const item of items) {
      chars += SMALL_CHARS;
      if (typeof item === 'string') chars += item.length;
      else if (typeof item === 'object' && item !== null) rest.push(item);
    }
  }
  return chars;
}

/**
 * The characters left for an answer, counted while it is built: a row may occur in many places, so the size of what was
 * read from the database does not determine the size of the answer.
 */
export class AnswerBudget {
  /** Objects in the answer so far, as the cost of an operation counts them. */
  objects = 0;

  constructor(
    public chars = MAX_ANSWER_CHARS,
    private readonly maxChars = chars,
  ) {}

  /** Approximate characters in the answer so far. */
  get spentChars(): number {
    return this.maxChars - this.chars;
  }

  /** Counts a serialized value. */
  spendValue(value: unknown): void {
    this.chars -= charsOf(value, this.chars);
  }

  get isSpent(): boolean {
    return this.chars < 0;
  }

  /** @throws GatewayError QUERY_TOO_COMPLEX */
  refuseSpent(): void {
    if (this.isSpent) throw answerTooLarge(this.maxChars);
  }
}
