import type { ScanProblem } from '#schemas/item-code/scanned-code.ts';
import type { CommitFailure, FoundSku } from '../db/till-types.ts';
import type { UnitVerdict } from './count-verdict.ts';
import { NextFrame } from './next-frame.ts';

export type CountNewsCode =
  | UnitVerdict
  | 'pieces'
  | 'not-asked'
  | 'needs-code'
  | 'carton'
  | 'carton-again'
  | 'carton-awaited'
  | 'carton-empty'
  | 'carton-unknown'
  | 'unknown'
  | 'place'
  | 'no-place'
  | 'undone'
  | 'sold-since'
  | 'no-right'
  | CommitFailure['code'];

/** What came of the last scan; a new object each time. */
export type CountNotice = {
  code: CountNewsCode;
  name: string;
  /** A serial, or what was read. */
  text: string;
  count: number;
  /** Where the books have it. */
  placeId: string;
  /** When what the books know of it happened. */
  atMs: number;
  /** Who saw it before. */
  operatorId: string;
  problem: ScanProblem | null;
  /** Goods whose number can be said. */
  found: FoundSku | null;
};

const nothing: Omit<CountNotice, 'code'> = {
  ...{ name: '', text: '', count: 0, placeId: '', atMs: 0, operatorId: '' },
  ...{ problem: null, found: null },
};

/** How a result sounds and looks: taken, taken before, or look here. */
export type CountTone = 'good' | 'again' | 'bad';

const good: readonly CountNewsCode[] = ['counted', 'turned-up', 'pieces', 'carton', 'place', 'undone', 'sold-since'];
const before: readonly CountNewsCode[] = ['again', 'carton-again'];

export function toneOf(code: CountNewsCode): CountTone {
  return good.includes(code) ? 'good' : before.includes(code) ? 'again' : 'bad';
}

const weight: Readonly<Record<CountTone, number>> = { again: 0, good: 1, bad: 2 };

/** What is said while counting. */
export class CountNews {
  readonly #signal: (sound: CountTone) => void;
  #notice = $state.raw<CountNotice | null>(null);
  /** What is shown from the next frame on. */
  #next: CountNotice | null = null;
  readonly #frame = new NextFrame(() => {
    this.#notice = this.#next;
  });
  #gathered: CountNotice | null = null;
  #isTogether = false;

  constructor(signal: (sound: CountTone) => void) {
    this.#signal = signal;
  }

  get notice(): CountNotice | null {
    return this.#notice;
  }

  tell(code: CountNewsCode, told: Partial<Omit<CountNotice, 'code'>> = {}): void {
    const notice = { ...nothing, ...told, code };
    if (!this.#isTogether) {
      this.#show(notice);
      this.#signal(toneOf(code));
    } else if (this.#gathered === null || weight[toneOf(code)] >= weight[toneOf(this.#gathered.code)]) {
      this.#gathered = notice;
    }
  }

  /** Shown, and not heard: it is not about the last scan. */
  whisper(code: CountNewsCode, told: Partial<Omit<CountNotice, 'code'>>): void {
    this.#show({ ...nothing, ...told, code });
  }

  #show(notice: CountNotice | null): void {
    this.#next = notice;
    this.#frame.ask();
  }

  /** Many results at once: the gravest is told. */
  async together(work: () => Promise<void>): Promise<void> {
    this.#isTogether = true;
    try {
      await work();
    } finally {
      this.#isTogether = false;
      if (this.#gathered !== null) {
        this.#show(this.#gathered);
        this.#signal(toneOf(this.#gathered.code));
      }
      this.#gathered = null;
    }
  }

  dismiss(): void {
    this.#show(null);
  }
}
