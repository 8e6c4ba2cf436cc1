import { minorDigits } from '#schemas/money/money.ts';
import { maxOrderLines, type OrderLine } from '#schemas/procurement/order.ts';
import { typedAmount } from './typed-amount.ts';

/** A line as it is typed. */
export type DraftLine = { lineNumber: number; skuId: string; quantity: string; cost: string; dueOn: string };
export type LineProblem = 'quantity' | 'cost' | 'day';

/** Lines of an order that are being written: by the buyer, or by the supplier who proposes others. */
export class OrderLinesDraft {
  readonly currency: string;
  readonly rows: DraftLine[] = $state([]);
  /** Numbers that stood before: their lines are dropped by a quantity of 0, and never taken away. */
  readonly #fixed: ReadonlySet<number>;

  constructor(currency: string, lines: readonly OrderLine[] = [], { isFixed = false } = {}) {
    this.currency = currency;
    this.#fixed = new Set(isFixed ? lines.map(({ lineNumber }) => lineNumber) : []);
    for (const { lineNumber, skuId, quantity, unitCostMinor, dueOn } of lines) {
      this.rows.push({ lineNumber, skuId, quantity: String(quantity), cost: this.#typed(unitCostMinor), dueOn });
    }
  }

  #typed(minor: number): string {
    const digits = minorDigits(this.currency);
    return (minor / 10 ** digits).toFixed(digits);
  }

  has(skuId: string): boolean {
    return this.rows.some((row) => row.skuId === skuId);
  }
  get isFull(): boolean {
    return this.rows.length >= maxOrderLines;
  }
  mayRemove({ lineNumber }: DraftLine): boolean {
    return !this.#fixed.has(lineNumber);
  }

  /** `known`: what was last agreed on. The day is that of the line before. */
  add(skuId: string, known: { quantity: number; unitCostMinor: number | null } | null, dueOn: string): void {
    if (this.has(skuId) || this.isFull) return;
    const lineNumber = Math.max(0, ...this.rows.map((row) => row.lineNumber)) + 1;
    const quantity = known ? String(known.quantity) : '';
    const cost = known?.unitCostMinor == null ? '' : this.#typed(known.unitCostMinor);
    this.rows.push({ lineNumber, skuId, quantity, cost, dueOn: this.rows.at(-1)?.dueOn ?? dueOn });
  }

  /** A line of a file, which says how many and perhaps when; what stands already is changed. */
  put(skuId: string, known: { quantity: number; unitCostMinor: number | null }, dueOn: string): void {
    this.add(skuId, known, dueOn);
    const row = this.rows.find((one) => one.skuId === skuId);
    if (row === undefined) return;
    Object.assign(row, { quantity: String(known.quantity), dueOn });
    if (known.unitCostMinor !== null) row.cost = this.#typed(known.unitCostMinor);
  }

  remove({ lineNumber }: DraftLine): void {
    const at = this.rows.findIndex((row) => row.lineNumber === lineNumber);
    if (at >= 0) this.rows.splice(at, 1);
  }

  problemOf(row: DraftLine): LineProblem | null {
    const quantity = this.#quantityOf(row);
    if (quantity === null || (quantity === 0 && this.mayRemove(row))) return 'quantity';
    if (this.#costOf(row) === null) return 'cost';
    return /^\d{4}-\d\d-\d\d$/.test(row.dueOn) ? null : 'day';
  }

  #quantityOf({ quantity }: DraftLine): number | null {
    const isCount = /^\d{1,7}$/.test(quantity.trim());
    return isCount && Number(quantity) <= 1_000_000 ? Number(quantity) : null;
  }
  #costOf({ cost }: DraftLine): number | null {
    const minor = typedAmount(cost, this.currency);
    return minor !== null && minor >= 0 ? minor : null;
  }

  /** Null while something of it cannot be. */
  get lines(): OrderLine[] | null {
    const lines = this.rows.flatMap((row) => {
      const [quantity, unitCostMinor] = [this.#quantityOf(row), this.#costOf(row)];
      if (this.problemOf(row) !== null || quantity === null || unitCostMinor === null) return [];
      const { lineNumber, skuId, dueOn } = row;
      return [{ lineNumber, skuId, quantity, unitCostMinor, dueOn }];
    });
    return lines.length === this.rows.length && lines.some(({ quantity }) => quantity > 0) ? lines : null;
  }

  /** Of what can be counted already. */
  get costMinor(): number {
    return this.rows.reduce((sum, row) => sum + (this.#quantityOf(row) ?? 0) * (this.#costOf(row) ?? 0), 0);
  }
}
