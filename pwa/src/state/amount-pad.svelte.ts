import { type AmountKey, beforeBurst, type Typed, typeAmount } from './cash.ts';

/** An amount as it is typed, key by key, or chosen whole. */
export class AmountPad {
  #minor = $state(0);
  /** Whether somebody said how much. */
  #isTyped = $state(false);
  #history: Typed[] = [];
  /** What the pad said before the first key of the history. */
  #startMinor = 0;

  get minor(): number {
    return this.#minor;
  }
  get isTyped(): boolean {
    return this.#isTyped;
  }

  set(minor: number): void {
    this.#history = [];
    this.#minor = minor;
    this.#isTyped = true;
  }

  /** `atMs` tells a person's keys from a scanner's. */
  type(key: AmountKey, atMs: number): void {
    if (this.#history.length === 0) this.#startMinor = this.#isTyped ? this.#minor : 0;
    // After a quick amount the first digit begins a new one.
    const from = this.#history.length === 0 && key !== 'back' ? 0 : this.#minor;
    this.#minor = typeAmount(from, key);
    this.#isTyped = true;
    this.#history.push({ atMs, minor: this.#minor });
  }

  /** It was a scan: what its keys did to the amount is taken back. */
  forgetScan(): void {
    if (this.#history.length > 0) {
      this.#minor = beforeBurst(this.#history, this.#startMinor);
      this.#isTyped = this.#minor !== 0;
    }
    this.#history = [];
  }

  clear(): void {
    this.#history = [];
    this.#minor = 0;
    this.#isTyped = false;
  }
}
