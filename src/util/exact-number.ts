/** Whether a number keeps its exact value as a double. */

/** The digits without surrounding zeros, and the exponent of the last one: the same text for equal values. */
function normalForm(written: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(written) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  return `${sign === '-' ? '-' : ''}${significant}e${power}`;
}

/** @param written a decimal number as in JSON, GraphQL or YAML. */
export function isExactNumber(written: string): boolean {
  const value = Number(written);
  return Number.isFinite(value) && normalForm(written) === normalForm(String(value));
}

const MAX_SHOWN_DIGITS = 40;

/** Why a number is not exact, as the end of a sentence whose subject is its location. */
export function inexactNumber(written: string): string {
  const shown = written.length > MAX_SHOWN_DIGITS ? `${written.slice(0, MAX_SHOWN_DIGITS)}…` : written;
  return `is the number ${shown}, which a JSON number cannot hold exactly; send it as text: "${shown}"`;
}
