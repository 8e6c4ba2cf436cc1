import { maxGrams } from '#schemas/pricing/quote-lines.ts';
import type { FoundSku } from '../db/till-types.ts';
import type { ScaleReading } from '../devices/scale/scale-protocols.ts';
import type { ScaleState } from '../devices/scale/serial-scale.ts';

/** Listens to the scale of this till, if it has one. */
export type ScaleLine = (
  onReading: (reading: ScaleReading) => void,
  onState: (state: ScaleState) => void,
) => { close: () => Promise<void> };

/** So often the scale must say the same at rest: one reading may be of a hand that lifts off. */
const readingsAtRest = 2;

export type WeighingOptions = { scale: () => ScaleLine | null };

/** Goods that are sold by weight and have no label: they wait here for theirs. */
export class Weighing {
  readonly #options: WeighingOptions;
  #found = $state.raw<FoundSku | null>(null);
  #take: ((grams: number) => void) | null = null;
  #line: { close: () => Promise<void> } | null = null;
  #state = $state.raw<ScaleState | null>(null);
  #reading = $state.raw<ScaleReading | null>(null);
  #atRest = $state(0);
  #tareGrams = $state(0);
  #typed = $state('');
  #netGrams = $derived.by((): number | null => {
    if (this.#typed !== '') return within(Number(this.#typed));
    if (this.#reading?.kind !== 'weight' || this.#atRest < readingsAtRest) return null;
    return within(this.#reading.grams - this.#tareGrams);
  });

  constructor(options: WeighingOptions) {
    this.#options = options;
  }

  /** What is to be weighed. */
  get found(): FoundSku | null {
    return this.#found;
  }
  /** Null: this till has no scale, and the weight is typed. */
  get scaleState(): ScaleState | null {
    return this.#state;
  }
  get reading(): ScaleReading | null {
    return this.#reading;
  }
  get tareGrams(): number {
    return this.#tareGrams;
  }
  get typed(): string {
    return this.#typed;
  }
  /** What can be sold: typed, or at rest on the scale less the container; null while it is neither. */
  get netGrams(): number | null {
    return this.#netGrams;
  }

  /** Asks for the weight of goods; `take` gets whole grams, once. */
  ask(found: FoundSku, take: (grams: number) => void): void {
    this.close();
    this.#found = found;
    this.#take = take;
    const listen = this.#options.scale();
    if (listen === null) return;
    this.#state = 'connecting';
    this.#line = listen(
      (reading) => this.#read(reading),
      (state) => {
        this.#state = state;
        // What lies on a scale that is gone is not known any more.
        if (state !== 'open') this.#forgetReading();
      },
    );
  }

  type(key: string): void {
    this.#typed = key === 'back' ? this.#typed.slice(0, -1) : `${this.#typed}${key}`.replace(/^0+/, '').slice(0, 7);
  }

  /** What lies on the scale now is the container. */
  tare(): void {
    if (this.#reading?.kind === 'weight' && this.#atRest >= readingsAtRest) this.#tareGrams = this.#reading.grams;
  }

  /** Takes the weight; false while there is none. */
  accept(): boolean {
    const { netGrams } = this;
    if (netGrams === null) return false;
    const take = this.#take;
    this.close();
    take?.(netGrams);
    return true;
  }

  /** Nothing is sold. */
  close(): void {
    const line = this.#line;
    this.#line = null;
    this.#found = null;
    this.#take = null;
    this.#state = null;
    this.#typed = '';
    this.#tareGrams = 0;
    this.#forgetReading();
    void line?.close().catch((error: unknown) => console.warn('the scale did not close', error));
  }

  #read(reading: ScaleReading): void {
    const before = this.#reading;
    const isAtRest = reading.kind === 'weight' && reading.isStable;
    const isSame = isAtRest && before?.kind === 'weight' && before.isStable && before.grams === reading.grams;
    this.#atRest = isSame ? this.#atRest + 1 : isAtRest ? 1 : 0;
    this.#reading = reading;
  }

  #forgetReading(): void {
    this.#reading = null;
    this.#atRest = 0;
  }
}

function within(grams: number): number | null {
  return grams >= 1 && grams <= maxGrams ? grams : null;
}
