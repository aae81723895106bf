/** Metrics of several processes: the primary collects those of each worker and labels them. */
import cluster, { type Worker } from 'node:cluster';
import type { MetricObjectWithValues, MetricValue, OpenMetricsContentType } from 'prom-client';
import { loadPackage } from '../util/load-package';

type Values = MetricObjectWithValues<MetricValue<string>>[];

const QUESTION = 'portcullis:metrics?';
const ANSWER = 'portcullis:metrics!';

/** A worker that is busy or ends in the meantime is left out. */
const ANSWER_WITHIN_MS = 2_000;

interface Answer {
  readonly type: typeof ANSWER;
  readonly id: number;
  readonly metrics: Values;
}

const isOfType = <Type extends string>(message: unknown, type: Type): message is { type: Type; id: number } =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === type;

/** In a worker: answers the primary process. Elsewhere it does nothing. */
export function answerFirstProcess(registry: { getMetricsAsJSON(): Promise<Values> }): void {
  if (!cluster.isWorker) return;
  process.on('message', (message) => {
    if (!isOfType(message, QUESTION)) return;
    const { id } = message;
    void registry.getMetricsAsJSON().then((metrics) => process.send?.({ type: ANSWER, id, metrics }));
  });
}

let questions = 0;

function ask(worker: Worker): Promise<Values> {
  questions += 1;
  const id = questions;
  return new Promise((resolve) => {
    const finish = (metrics: Values): void => {
      clearTimeout(timer);
      worker.off('message', listen);
      resolve(metrics);
    };
    const listen = (message: unknown): void => {
      if (isOfType(message, ANSWER) && message.id === id) finish((message as Answer).metrics);
    };
    const timer = setTimeout(() => finish([]), ANSWER_WITHIN_MS);
    worker.on('message', listen);
    if (worker.isConnected()) worker.send({ type: QUESTION, id });
    else finish([]);
  });
}

/**
 * prom-client appends the suffix of counters, and when merging registries it appends it to names that already have it.
 */
const withoutEnding = ({ name, type }: Pick<Values[number], 'name' | 'type'>): string =>
  String(type) === 'counter' ? name.replace(/_total$/, '') : name;

/** Labels a worker's metrics with its slot: a worker that replaces another starts its counters at 0. */
const labelled = (metrics: Values, place: number): Values =>
  metrics.map((metric) => ({
    ...metric,
    name: withoutEnding(metric),
    values: metric.values.map((value) => ({ ...value, labels: { ...value.labels, worker: String(place) } })),
  }));

export interface WorkerState {
  /** In slot order; null while a slot is empty. */
  readonly places: readonly (Worker | null)[];
  /** How many workers replaced one that ended. */
  readonly replacements: number;
}

/** The metrics of a primary process with workers: its own, and those of all workers. */
export class FirstProcessMetrics {
  readonly #client = loadPackage('prom-client') as typeof import('prom-client');
  readonly registry = new this.#client.Registry<OpenMetricsContentType>();
  readonly #workers = new this.#client.Gauge({
    name: 'portcullis_workers',
    help: 'Processes that serve requests',
    registers: [this.registry],
  });
  readonly #replaced = new this.#client.Counter({
    name: 'portcullis_replaced_workers_total',
    help: 'Worker processes that replaced another one',
    registers: [this.registry],
  });

  constructor() {
    this.registry.setContentType(this.#client.Registry.OPENMETRICS_CONTENT_TYPE);
  }

  /** @returns the metrics of all workers as OpenMetrics, labelled `worker`, and those of this process. */
  async withWorkers({ places, replacements }: WorkerState): Promise<string> {
    this.#workers.set(places.filter((worker) => worker !== null).length);
    this.#replaced.reset();
    this.#replaced.inc(replacements);
    const answers = await Promise.all(
      places.map(async (worker, place) => (worker === null ? [] : labelled(await ask(worker), place + 1))),
    );
    const own = (await this.registry.getMetricsAsJSON()).map((metric) => ({ ...metric, name: withoutEnding(metric) }));
    const all = this.#client.AggregatorRegistry.aggregate<OpenMetricsContentType>([...answers, own]);
    all.setContentType(this.#client.Registry.OPENMETRICS_CONTENT_TYPE);
    return all.metrics();
  }
}
