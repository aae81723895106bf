/** Detects texts and JSON values that cannot be stored unchanged. */

/**
 * A lone surrogate has no UTF-8 encoding and would be replaced; PostgreSQL cannot store U+0000.
 * @returns the end of a sentence whose subject is the text; null if it can be stored unchanged.
 */
export function textProblem(text: string): string | null {
  if (/\p{Cs}/u.test(text)) return 'holds half a character (a surrogate without its other half)';
  return text.includes('\0') ? 'holds the character U+0000, which cannot be stored' : null;
}

/** The same for a JSON value and all strings in it. */
export function jsonProblem(value: unknown): string | null {
  if (typeof value === 'number' && !Number.isFinite(value)) return 'holds a number too large to keep; send it as text';
  if (typeof value === 'string') return textProblem(value);
  if (typeof value !== 'object' || value === null) return null;
  for (const [field, inner] of Object.entries(value)) {
    const problem = textProblem(field) ?? jsonProblem(inner);
    if (problem !== null) return problem;
  }
  return null;
}
