/** The settings of benchmarks: numbers from the environment, `BENCH_WARM_SECONDS` for `warmSeconds`. */

const variableOf = (name: string): string => `BENCH_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/** @returns the defaults, each replaced by its environment variable if set. @throws Error if one is not a number. */
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
