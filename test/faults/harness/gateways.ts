/** Gateways as separate processes, which are killed, stopped and started again. */
import { resolve } from 'node:path';
import { startProgram, type Program } from '../../start/gateway-program';
import { childrenOf } from './cluster';

const MAIN = resolve(__dirname, '../../../dist/src/main.js');
const CLOCK = resolve(__dirname, 'jumping-clock.js');

export class GatewayProcess {
  #program: Program | null = null;
  /** Unexpected exits. */
  readonly unexpected: string[] = [];

  /** @param preload modules to load into it first. */
  constructor(
    private readonly environment: Readonly<Record<string, string>>,
    private readonly preload: readonly string[] = [],
  ) {}

  get port(): number {
    return Number(this.environment['PORT']);
  }

  get pid(): number {
    return this.#program?.child.pid ?? 0;
  }

  /** The processes that serve, if there are several. */
  workers(): number[] {
    return childrenOf(this.pid).map(({ pid }) => pid);
  }

  async start(): Promise<void> {
    const preloaded = [CLOCK, ...this.preload].flatMap((path) => ['--require', path]);
    const program = startProgram(this.environment, { args: [...preloaded, MAIN] });
    this.#program = program;
    void program.ended.then((code) => {
      if (this.#program === program)
        this.unexpected.push(
          `A gateway ended with ${code}: ${program.stderr().slice(-500)}${program.stdout().slice(-500)}`,
        );
    });
    await program.until(/Listening/);
  }

  /** Ends it and waits for that. @returns the exit code, or the signal. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | string> {
    const program = this.#program;
    if (!program) return 0;
    this.#program = null;
    program.child.kill(signal);
    return program.ended;
  }
}
