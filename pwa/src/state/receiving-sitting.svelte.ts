import type { ReceivedScan, ReceivingDraft } from './receiving-draft.ts';

const shown = 30;

/** What was put on record since the delivery was opened on this tablet. */
export class ReceivingSitting {
  #done = $state.raw<readonly ReceivedScan[]>([]);
  #unknown = $state(0);

  /** Scans, latest first. */
  get done(): readonly ReceivedScan[] {
    return this.#done;
  }
  /** How often something unknown was scanned. */
  get unknown(): number {
    return this.#unknown;
  }

  add({ scans, unknown }: ReceivingDraft): void {
    this.#done = [...scans.toReversed(), ...this.#done].slice(0, shown);
    this.#unknown += unknown.reduce((sum, { count }) => sum + count, 0);
  }

  begin(): void {
    this.#done = [];
    this.#unknown = 0;
  }
}
