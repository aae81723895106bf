/** How large an answer may be: the cost of an operation counts its objects, and an object may be small or large. */
import { answerTooLarge, MAX_ANSWER_CHARS } from '../../errors';

/** About what a number, a bracket or a comma takes. */
const SMALL_CHARS = 8;

/** Characters of JSON, about, of a value that is no object of the schema; stops counting beyond `limit`. */
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
 * Characters that are left of one answer. It is counted while the answer grows: one row may hang in many places, so what
 * was read from the database says little about what is sent.
 */
export class AnswerBudget {
  /** Objects of the answer so far, as the cost of an operation counts them. */
  objects = 0;

  constructor(
    public chars = MAX_ANSWER_CHARS,
    private readonly maxChars = chars,
  ) {}

  /** Characters of the answer so far, about. */
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
