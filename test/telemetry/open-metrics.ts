/** Reads OpenMetrics text as far as the gateway writes it. */

/** Each sample by name and labels. @throws Error for an invalid line. */
export function seriesOf(text: string): Map<string, number> {
  const series = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name = '', value = ''] = /^([a-z_:][\w:]*(?:\{.*\})?) (\S+)$/i.exec(line) ?? [];
    if (name === '') throw new Error(`This is no sample: ${line}`);
    series.set(name, Number(value));
  }
  return series;
}

const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total'],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

/** The names that a query may use: those of all metrics, including metrics without samples. */
export const declaredNames = (text: string): string[] =>
  [...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)].flatMap(([, name = '', type = '']) =>
    (SUFFIXES[type] ?? ['']).map((suffix) => `${name}${suffix}`),
  );
