/** Whether a number means, once it is a double, exactly what was written. */

/** Digits without the zeros around them and the power of ten of the last one: the same text for the same value. */
function normalForm(written: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(written) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  return `${sign === '-' ? '-' : ''}${significant}e${power}`;
}

/** @param written a number in decimal notation, as JSON, GraphQL and YAML have it. */
export function isExactNumber(written: string): boolean {
  const value = Number(written);
  return Number.isFinite(value) && normalForm(written) === normalForm(String(value));
}

const MAX_SHOWN_DIGITS = 40;

/** What is wrong with a number that is not exact, as the end of a sentence whose subject is its place. */
export function inexactNumber(written: string): string {
  const shown = written.length > MAX_SHOWN_DIGITS ? `${written.slice(0, MAX_SHOWN_DIGITS)}…` : written;
  return `is the number ${shown}, which a JSON number cannot hold exactly; send it as text: "${shown}"`;
}
