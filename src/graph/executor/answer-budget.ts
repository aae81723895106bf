/** Limits the size of an answer: the cost of an operation counts objects, which may be small or large. */
import { answerTooLarge, MAX_ANSWER_CHARS } from '../../errors';

/** The approximate size of a number, a bracket or a comma. */
const SMALL_CHARS = 8;

/** The approximate JSON size, in characters, of a value that is not a schema object; stops counting beyond `limit`. */
function charsOf(value: unknown, limit: number): number {
  const rest = [value];
  let chars = 0;
  while (rest.length > 0 && chars <= limit) {
    const inner = rest.pop();
    chars += SMALL_CHARS;
    if (typeof inner === 'string') chars += inner.length;
    else if (Array.isArray(inner)) for (const item of inner) rest.push(item);
    else if (typeof inner === 'object' && inner !== null) {
      for (const [name, held] of Object.entries(inner)) {
        chars += name.length;
        rest.push(held);
      }
    }
  }
  return chars;
}

/**
 * The characters left for an answer, counted while it grows: a row may occur in many places, so what was read from the
 * database says little about what is sent.
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
    this.chars -= typeof value === 'string' ? value.length + SMALL_CHARS : charsOf(value, this.chars);
  }

  get isSpent(): boolean {
    return this.chars < 0;
  }

  /** @throws GatewayError QUERY_TOO_COMPLEX */
  refuseSpent(): void {
    if (this.isSpent) throw answerTooLarge();
  }
}
