/** Relative times, with the exact time on hover. */

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

function fromNow(time: Date): string {
  const seconds = (time.getTime() - Date.now()) / 1_000;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return unit === 'second'
    ? seconds > 0
      ? 'in a moment'
      : 'just now'
    : relative.format(Math.trunc(seconds / size), unit);
}

export function Time({ at, isExact = false }: { readonly at: string; readonly isExact?: boolean }) {
  const time = new Date(at);
  const exact = `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
  return (
    <time dateTime={at} title={isExact ? fromNow(time) : exact}>
      {isExact ? exact : fromNow(time)}
    </time>
  );
}

interface TimeOrProps {
  readonly at: string | null | undefined;
  /** Shown if there is no time. */
  readonly otherwise: string;
}

export const TimeOr = ({ at, otherwise }: TimeOrProps) =>
  at ? <Time at={at} /> : <span className="muted">{otherwise}</span>;
