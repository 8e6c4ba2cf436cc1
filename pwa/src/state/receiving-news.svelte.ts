import { isGood, noNotice, type ReceivingNotice } from './receiving-notice.ts';

/** What came of the latest scan, shown and heard. */
export class ReceivingNews {
  readonly #signal: (sound: 'good' | 'bad') => void;
  #notice = $state.raw<ReceivingNotice | null>(null);
  /** What is to be heard of many scans at once; null: each is heard by itself. */
  #sound: 'good' | 'bad' | null = null;

  constructor(signal: (sound: 'good' | 'bad') => void) {
    this.#signal = signal;
  }

  get notice(): ReceivingNotice | null {
    return this.#notice;
  }
  /** Many scans at once: one sound. */
  get isTogether(): boolean {
    return this.#sound !== null;
  }

  tell(code: ReceivingNotice['code'], told: Partial<ReceivingNotice> = {}): void {
    this.#notice = { ...noNotice, ...told, code };
    const sound = isGood(code) ? 'good' : 'bad';
    if (this.#sound === null) this.#signal(sound);
    else if (sound === 'bad') this.#sound = sound;
  }

  together(work: () => void): void {
    const before = this.#notice;
    this.#sound = 'good';
    work();
    const sound = this.#sound;
    this.#sound = null;
    if (this.#notice !== before) this.#signal(sound);
  }

  dismiss(): void {
    this.#notice = null;
  }
}
