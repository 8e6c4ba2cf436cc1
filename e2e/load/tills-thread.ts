import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { RegisteredTill, TillsData, TillsOrder, TillsReport } from './load-tills.ts';

/** A thread that plays all tills, so that what it measures does not wait for whoever watches the servers. */
export class TillsThread {
  readonly tills: readonly RegisteredTill[];
  readonly #worker: Worker;

  private constructor(worker: Worker, tills: readonly RegisteredTill[]) {
    this.#worker = worker;
    this.tills = tills;
  }

  static async start(data: TillsData): Promise<TillsThread> {
    const worker = new Worker(new URL('./load-tills.ts', import.meta.url), { workerData: data });
    const [tills] = (await once(worker, 'message')) as [RegisteredTill[]];
    return new TillsThread(worker, tills);
  }

  /** Sales are made and signed beforehand, so that they do not count. */
  async prepare(salesPerTill: number): Promise<void> {
    await this.#order({ type: 'prepare', salesPerTill });
  }

  async run(order: Exclude<TillsOrder, { type: 'prepare' }>): Promise<TillsReport> {
    return (await this.#order(order)) as TillsReport;
  }

  async #order(order: TillsOrder): Promise<unknown> {
    this.#worker.postMessage(order);
    const [report] = (await once(this.#worker, 'message')) as [unknown];
    return report;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
