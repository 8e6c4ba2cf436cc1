import type { Entry } from '#schemas/journal/envelope.ts';
import { factOf } from '#schemas/journal/kinds.ts';
import { type DrawerState, newDrawer, nextShift, stepDrawer } from '#schemas/shift/drawer-state.ts';
import type { CashMoved, ShiftClosed } from '#schemas/shift/shift-entries.ts';
import { newReport } from '#schemas/shift/shift-report.ts';
import { closing, movement, opening } from '#schemas/shift/test-drawer.ts';
import type { BasketLine } from '#schemas/transaction/price-basket.ts';
import type { TestTill } from './test-journal.ts';

/** For tests: a till's drawer, which knows what its entries come to, as a tablet does. */
export class TestDrawer {
  readonly till: TestTill;
  readonly entries: Entry[] = [];
  state: DrawerState = newDrawer('GBP');

  constructor(till: TestTill) {
    this.till = till;
  }

  async open(floatMinor = 10_000, businessDay = '2026-11-22'): Promise<Entry> {
    const { state } = this;
    const next =
      state.phase === 'closed'
        ? nextShift(state, 'GBP')
        : { shiftNumber: state.shift.shiftNumber + 1, grandTotalMinor: state.shift.report.grandTotalMinor };
    const float = { totalMinor: floatMinor, pieces: null };
    return this.#keep(await this.till.next('shift-opened', opening({ ...next, businessDay, float })));
  }

  async sell(lines: readonly BasketLine[]): Promise<Entry> {
    return this.#keep(await this.till.sale(lines));
  }

  async move(changes: Partial<CashMoved> = {}): Promise<Entry> {
    return this.#keep(await this.till.next('cash-moved', movement(changes)));
  }

  /** Closes what is open, with so much more in it than there should be; where nothing is, a shift that is not. */
  async close(overMinor = 0, changes: Partial<ShiftClosed> = {}): Promise<Entry> {
    const { state } = this;
    const shift =
      state.phase === 'open'
        ? state.shift
        : { shiftId: '0001-000000001', shiftNumber: 1, businessDay: '2026-11-22', report: newReport('GBP', 0, 0) };
    const { shiftId, report, shiftNumber, businessDay } = shift;
    const totalMinor = Math.max(0, report.expectedMinor + overMinor);
    const counted = { counted: { totalMinor, pieces: null }, firstCountedMinor: totalMinor };
    const body = closing(shiftId, report, { shiftNumber, businessDay, ...counted, ...changes });
    return this.#keep(await this.till.next('shift-closed', body));
  }

  #keep(entry: Entry): Entry {
    const fact = factOf(entry);
    if (!fact.ok) throw new Error(`${fact.error.code} ${fact.error.detail}`);
    this.state = stepDrawer(this.state, entry._id, fact.value).state;
    this.entries.push(entry);
    return entry;
  }
}
