/** Makes the clocks and random numbers of this process repeat: a step has the same values in either world. */
import crypto, { createHash } from 'node:crypto';

/** Every step is a second later than the one before it. */
const START = Date.UTC(2030, 0, 1);
export const timeOf = (step: number): number => START + step * 1_000;

const MachineDate = Date;
const { randomBytes, randomUUID } = crypto;
const machineNow = performance.now.bind(performance);
const machineInterval = globalThis.setInterval;
const NEVER_MS = 2 ** 31 - 1;

const replace = (name: string, value: unknown): void => {
  Object.defineProperty(crypto, name, { value, configurable: true, writable: true });
};

export class FrozenProcess {
  #step = 0;
  /** Numbers drawn in this step, by size, so that a connection's password exchange does not affect the ids of rows. */
  #drawn = new Map<number, number>();

  constructor() {
    const now = (): number => timeOf(this.#step);
    globalThis.Date = class extends MachineDate {
      constructor(...parts: unknown[]) {
        super(...((parts.length === 0 ? [now()] : parts) as [number]));
      }

      static override now = now;
    } as DateConstructor;
    performance.now = () => now() - START;
    // Periodic work of the gateway runs only when it is triggered.
    Object.assign(globalThis, { setInterval: () => machineInterval(() => undefined, NEVER_MS).unref() });
    replace('randomBytes', (size: number): Buffer => this.#bytes(size));
    replace('randomUUID', () => {
      const hex = this.#bytes(15).toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-8${hex.slice(15, 18)}-${hex.slice(18, 30)}`;
    });
  }

  /** Begins a step, and restarts the numbers that are drawn in it. */
  begin(step: number): void {
    this.#step = step;
    this.#drawn.clear();
  }

  /** Restores the machine's clock and random numbers. */
  end(): void {
    globalThis.Date = MachineDate;
    performance.now = machineNow;
    globalThis.setInterval = machineInterval;
    replace('randomBytes', randomBytes);
    replace('randomUUID', randomUUID);
  }

  #bytes(size: number): Buffer {
    const drawn = (this.#drawn.get(size) ?? 0) + 1;
    this.#drawn.set(size, drawn);
    const blocks = Array.from({ length: Math.ceil(size / 32) }, (_, block) =>
      createHash('sha256').update(`${this.#step} ${size} ${drawn} ${block}`).digest(),
    );
    return Buffer.concat(blocks).subarray(0, size);
  }
}
