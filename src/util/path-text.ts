/** Paths into values as people write them. */

const PLAIN = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** `agents[3].metadata["a b"]`. */
export const pathText = (path: readonly (string | number)[]): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (!PLAIN.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
