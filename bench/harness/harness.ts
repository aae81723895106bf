/** What benchmarks share: databases, servers, load and interleaved rounds. The runner stops all of them at the end. */
import { pino } from 'pino';
import { readConfig } from '../../src/config';
import { ensureMasterKey } from '../../src/db/setup/first-master-key';
import { createGateway, type Gateway } from '../../src/gateway';
import type { Size } from '../dataset/rows';
import type { Workload } from '../workloads';
import { createBenchCluster, type BenchCluster } from './cluster';
import { measureRound, type Contestant, type Round } from './measure';
import { startGenerator, startOpenGenerator, type Generator, type OpenGenerator } from './process';
import { launchGateway, requestsFor, type Server } from './servers';

export interface Rounds {
  readonly rounds: number;
  readonly seconds: number;
  /** Length of a warm-up round that is not counted, in seconds; 0 for none. */
  readonly warmSeconds: number;
}

/** A server and the work that it is measured with. */
export const contestantOf = (server: Server, workload: Workload): Contestant => ({
  server,
  requests: requestsFor(server, workload),
  databaseCpu: () => server.cluster.databaseCpu(),
});

export class Harness {
  readonly #cleanups: (() => unknown)[] = [];
  #generator: Generator | null = null;

  /** @param args the arguments after the benchmark's name on the command line. */
  constructor(readonly args: readonly string[]) {}

  /** Runs when the benchmark is over; the last one added runs first. */
  defer(cleanup: () => unknown): void {
    this.#cleanups.push(cleanup);
  }

  /** An embedded PostgreSQL with the dataset in it. */
  async createCluster(size: Size, settings: Readonly<Record<string, string>> = {}): Promise<BenchCluster> {
    const cluster = await createBenchCluster(size, settings);
    this.defer(() => cluster.close());
    return cluster;
  }

  /** The gateway in a separate process, as users run it. */
  async launchGateway(
    cluster: BenchCluster,
    environment: Readonly<Record<string, string>> = {},
    execArgv: readonly string[] = [],
  ): Promise<Server> {
    const gateway = await launchGateway({ ...cluster.environment, ...environment }, execArgv);
    this.defer(() => gateway.stop());
    return { ...gateway, name: 'portcullis', cluster };
  }

  /** The gateway within this process, whose statements can be watched. */
  async openGateway(cluster: BenchCluster, environment: Readonly<Record<string, string>> = {}): Promise<Gateway> {
    await ensureMasterKey(cluster.ownerUrl, cluster.masterKey);
    const gateway = await createGateway({
      settings: readConfig({ ENVIRONMENT: 'production', ...environment }),
      secret: Buffer.alloc(32, 1),
      logger: pino({ level: 'error' }),
      tenantUrl: cluster.tenantUrl,
      operatorUrl: cluster.operatorUrl,
      restrictedUrl: cluster.restrictedUrl,
    });
    this.defer(() => gateway.close());
    return gateway;
  }

  /** A load generator with fixed rates, in a separate process. */
  openGenerator(): OpenGenerator {
    const generator = startOpenGenerator();
    this.defer(() => generator.stop());
    return generator;
  }

  measure(contestant: Contestant, seconds: number): Promise<Round> {
    return measureRound(this.#load(), contestant, seconds);
  }

  /** Measures every contestant in each round, so anything that slows down the machine slows down all of them. */
  async interleave(contestants: readonly Contestant[], { rounds, seconds, warmSeconds }: Rounds): Promise<Round[][]> {
    const measured: Round[][] = contestants.map(() => []);
    if (warmSeconds > 0) for (const contestant of contestants) await this.measure(contestant, warmSeconds);
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, contestant] of contestants.entries()) {
        measured[index]?.push(await this.measure(contestant, seconds));
      }
    }
    return measured;
  }

  async close(): Promise<void> {
    for (const cleanup of this.#cleanups.reverse()) await cleanup();
  }

  #load(): Generator {
    if (this.#generator) return this.#generator;
    const generator = startGenerator();
    this.defer(() => generator.stop());
    return (this.#generator = generator);
  }
}
