/** Detects texts and JSON values that cannot be stored unchanged. */

/**
 * A lone surrogate has no UTF-8 encoding and would be replaced; PostgreSQL cannot store U+0000.
 * @returns the end of a sentence whose subject is the text; null if it can be stored unchanged.
 */
export function textProblem(text: string): string | null {
  if (/\p{Cs}/u.test(text)) return 'contains an unpaired surrogate (half of a character)';
  return text.includes('\0') ? 'contains the character U+0000, which cannot be stored' : null;
}

/** The same for a JSON value and all strings in it. */
export function jsonProblem(value: unknown): string | null {
  if (typeof value === 'number' && !Number.isFinite(value))
    return 'contains a number that is too large to store; send it as text';
  if (typeof value === 'string') return textProblem(value);
  if (typeof value !== 'object' || value === null) return null;
  for (const [field, inner] of Object.entries(value)) {
    const problem = textProblem(field) ?? jsonProblem(inner);
    if (problem !== null) return problem;
  }
  return null;
}
