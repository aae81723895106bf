/** The settings of benchmarks: numbers in the environment, `BENCH_WARM_SECONDS` for `warmSeconds`. */

const variableOf = (name: string): string => `BENCH_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/** @returns the defaults, each replaced by its variable where that is set. @throws Error when one is not a number. */
export function settings<Name extends string>(
  defaults: Readonly<Record<Name, number>>,
): Readonly<Record<Name, number>> {
  const values: Record<Name, number> = { ...defaults };
  for (const name of Object.keys(defaults) as Name[]) {
    const text = process.env[variableOf(name)];
    if (text === undefined) continue;
    values[name] = Number(text);
    if (!Number.isFinite(values[name])) throw new Error(`${variableOf(name)} is not a number: ${text}`);
  }
  return values;
}
