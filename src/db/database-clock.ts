/** Compares the clocks of this process and of the database, because each of them decides some related times. */
import type { Database } from './database';
import type { PreparedQuery } from './pipeline/batch';

const TIME: PreparedQuery = { name: 'time', text: 'SELECT clock_timestamp()', values: [] };

/** Beyond this they are apart. NTP keeps clocks within a fraction of a second. */
const MAX_DIFFERENCE_MS = 30_000;

export class DatabaseClock {
  /**
   * At least how far the database's clock was ahead in the last comparison; negative if it was behind, 0 if the
   * duration of the query explains the difference.
   */
  aheadMs = 0;

  /** @param onChange called with how far the database's clock is ahead when the two differ, and with null when they agree again. */
  constructor(
    private readonly database: Pick<Database, 'single'>,
    private readonly onChange: (aheadMs: number | null) => void,
  ) {}

  /** Whether times of the gateway and of the database contradict each other. */
  get isApart(): boolean {
    return Math.abs(this.aheadMs) > MAX_DIFFERENCE_MS;
  }

  /** @throws what the database throws; the known difference is then unchanged. */
  async compare(): Promise<void> {
    const earliest = Date.now();
    const [[text] = []] = await this.database.single('operator', TIME);
    const latest = Date.now();
    const time = Date.parse(String(text));
    const wasApart = this.isApart;
    this.aheadMs = time > latest ? time - latest : Math.min(0, time - earliest);
    if (this.isApart !== wasApart) this.onChange(this.isApart ? this.aheadMs : null);
  }
}
