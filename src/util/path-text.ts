/** Human-readable paths into values. */

const PLAIN = /^[\p{L}_][\p{L}\p{M}\p{N}_-]*$/u;

/** `agents[3].metadata["a b"]`. */
export const pathText = (path: readonly (string | number)[]): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (!PLAIN.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');

const STEP = /^(?:\.?([\p{L}_][\p{L}\p{M}\p{N}_-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\])/u;

/** Parses a path written by `pathText`, up to the first invalid step. */
export function stepsOf(text: string): (string | number)[] {
  const steps: (string | number)[] = [];
  let left = text;
  for (let match = STEP.exec(left); match; match = STEP.exec(left)) {
    const [whole, name, index, quoted] = match;
    steps.push(name ?? (index === undefined ? String(JSON.parse(quoted ?? '""')) : Number(index)));
    left = left.slice(whole.length);
  }
  return steps;
}
