import type { Entry } from '#schemas/journal/envelope.ts';
import { formatMoney } from '#schemas/money/money.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import type { CashCount } from '#schemas/shift/cash-count.ts';
import type { CashDirection, CashReason } from '#schemas/shift/cash-reasons.ts';
import { type DrawerState, nextShift, type OpenShift } from '#schemas/shift/drawer-state.ts';
import type { CashMoved, ShiftClosed, ShiftOpened } from '#schemas/shift/shift-entries.ts';
import { defaultShiftRules, type ShiftRules } from '#schemas/shift/shift-rules.ts';
import type { LocaleCode } from '#schemas/text.ts';
import type { CommitFailure, Till } from '../db/till-types.ts';
import {
  type CountDraft,
  cashCountOf,
  type DrawerDraft,
  drawerDraftSchema,
  newCount,
  withPieces,
} from './drawer-draft.ts';
import type { DrawerGate } from './drawer-gate.ts';
import { type DraftKeeper, StockDraft } from './stock-draft.ts';
import { businessDayOf } from './transaction-body.ts';

/** What a second person reads, in the screen's language. */
export type DrawerTexts = {
  float: (amount: string) => string;
  moved: (direction: CashDirection, reason: CashReason, amount: string, note: string) => string;
  closing: (shiftNumber: number) => string;
  reading: (shiftNumber: number) => string;
};

export type DrawerOptions = DraftKeeper & {
  till: () => Till | null;
  config: () => StoreConfig | null;
  gate: DrawerGate;
  locale: () => LocaleCode;
};

/** `changed`: something was sold since what should be there was shown. `state`: it was opened or closed meanwhile. */
export type DrawerFailure = { code: CommitFailure['code'] | 'changed' | 'state' };

const noDraft: DrawerDraft = { count: null, approvals: [] };

const followAgainMs = 2_000;

/** This till's drawer: whether a shift is open, and what is done to it. All offline, from the till's own journal. */
export class Drawer {
  readonly #options: DrawerOptions;
  readonly #kept: StockDraft<DrawerDraft>;
  #state = $state.raw<DrawerState | null>(null);
  #attached: Till | null = null;
  #draft = $state.raw<DrawerDraft>(noDraft);
  #failure = $state.raw<DrawerFailure | null>(null);
  #isReading = $state(false);
  #isBusy = $state(false);
  /** Somebody said "not now" for this business day. */
  #dismissedDay = $state('');
  /** Set by the screens. */
  texts: DrawerTexts = {
    float: (amount) => amount,
    moved: (_direction, _reason, amount) => amount,
    closing: String,
    reading: String,
  };

  constructor(options: DrawerOptions) {
    this.#options = options;
    this.#kept = new StockDraft(options, drawerDraftSchema);
  }

  /** Null before it is known. */
  get state(): DrawerState | null {
    return this.#state;
  }
  get shift(): OpenShift | null {
    return this.#state?.phase === 'open' ? this.#state.shift : null;
  }
  get count(): CountDraft | null {
    return this.#draft.count;
  }
  get failure(): DrawerFailure | null {
    return this.#failure;
  }
  get isBusy(): boolean {
    return this.#isBusy;
  }
  /** Somebody who may, or was allowed to, looks at what should be in the drawer. */
  get isReading(): boolean {
    return this.#isReading;
  }
  get rules(): ShiftRules {
    return this.#options.config()?.shiftRules ?? defaultShiftRules;
  }
  get #today(): string {
    const [till, config] = [this.#options.till(), this.#options.config()];
    return till && config ? businessDayOf(till.nowMs(), config.timeZone) : '';
  }

  /** Nothing is sold before a shift is open. */
  get blocksSale(): boolean {
    return this.rules.mode === 'required' && this.#state?.phase === 'closed';
  }
  /** What the selling screen says about the drawer; null: nothing. */
  get reminder(): 'required' | 'asked' | 'old-day' | null {
    const { shift } = this;
    if (shift !== null) return this.isOfAnEarlierDay ? 'old-day' : null;
    if (this.blocksSale) return 'required';
    const asks = this.rules.mode === 'asked' && this.#state?.phase === 'closed';
    return asks && this.#dismissedDay !== this.#today ? 'asked' : null;
  }
  get isOfAnEarlierDay(): boolean {
    return this.shift !== null && this.shift.businessDay < this.#today && this.#dismissedDay !== this.#today;
  }

  dismiss(): void {
    this.#dismissedDay = this.#today;
  }

  /** Takes up what was left open on this tablet. Does not hold the till up: how the drawer stands is read behind it. */
  async attach(till: Till): Promise<void> {
    const { storeId, tillNumber } = till.identity;
    // The rest of the app hears of this till only when all that was left open on it is there again.
    this.#attached = till;
    this.#draft = (await this.#kept.attach(`onecode-drawer-${storeId}-${tillNumber}`, till)) ?? noDraft;
    // Before the first feed there is no currency, and nothing to sell.
    till.onRows(() => void this.#followQuietly());
    till.onConfig(() => void this.#followQuietly());
    void this.#followQuietly();
  }

  /** The journal has grown, perhaps. Answers come in the order in which they were asked for. */
  async follow(): Promise<void> {
    const state = await this.#attached?.drawer();
    if (state) this.#state = state;
  }

  /** As `follow`, for whom nobody waits: what cannot be read now is read a moment later. */
  async #followQuietly(): Promise<void> {
    try {
      await this.follow();
    } catch (error) {
      console.error('how the drawer stands cannot be read', error);
      setTimeout(() => void this.#followQuietly(), followAgainMs);
    }
  }

  /** Goes on with the count that was begun for this, or begins one. */
  startCount(purpose: CountDraft['purpose']): void {
    const currency = this.#options.config()?.currency;
    this.#failure = null;
    if (currency !== undefined && this.count?.purpose !== purpose) this.#keep({ count: newCount(purpose, currency) });
  }

  setPieces(valueMinor: number, pieces: number): void {
    if (this.count?.shown === null) this.#keep({ count: withPieces(this.count, valueMinor, pieces) });
  }

  /** Another way to count, another sum, or what is said of a difference. */
  setCount(changes: Partial<Pick<CountDraft, 'way' | 'sumMinor' | 'differenceReason' | 'note'>>): void {
    if (this.count !== null) this.#keep({ count: { ...this.count, ...changes } });
  }

  /** Counting is over: what should be there is shown. Blind until here. */
  async show(): Promise<void> {
    await this.follow();
    const { count, shift } = this;
    if (count === null || shift === null) return;
    const { totalMinor } = cashCountOf(count);
    const shown = { expectedMinor: shift.report.expectedMinor, happenings: happeningsOf(shift) };
    this.#failure = null;
    this.#keep({ count: { ...count, shown, firstCountedMinor: count.firstCountedMinor ?? totalMinor } });
  }

  countAgain(): void {
    if (this.count !== null) this.#keep({ count: { ...this.count, shown: null } });
  }

  /** Puts the opening on record with what was counted; null: it was not, and `failure` may say why. */
  open(): Promise<Entry | null> {
    return this.#once(async (till) => {
      const { count } = this;
      const state = await till.drawer();
      const config = this.#options.config();
      if (count?.purpose !== 'open' || config === null || state === null) return null;
      if (state.phase === 'open') return this.#fail('state');
      const float = cashCountOf(count);
      const allowed = await this.#options.gate.pass('run-shift', [this.texts.float(this.#money(float.totalMinor))]);
      if (allowed === null) return null;
      const { currency } = config;
      const body: ShiftOpened = {
        ...nextShift(state, currency),
        businessDay: this.#today,
        currency,
        float,
        approvals: allowed.approvals,
      };
      return this.#commit(till, { kind: 'shift-opened', body, operatorId: allowed.operatorId }, noDraft);
    });
  }

  move(moved: Pick<CashMoved, 'direction' | 'amountMinor' | 'reason' | 'note'>): Promise<Entry | null> {
    return this.#once(async (till) => {
      const state = await till.drawer();
      if (state?.phase !== 'open') return this.#fail('state');
      const limitMinor = this.rules.cashLimitMinor;
      const right = moved.amountMinor > limitMinor ? 'move-cash' : 'run-shift';
      const { direction, reason, amountMinor, note } = moved;
      const detail = this.texts.moved(direction, reason, this.#money(amountMinor), note);
      const allowed = await this.#options.gate.pass(right, [detail]);
      if (allowed === null) return null;
      const { currency } = state.shift.report;
      const body: CashMoved = { ...moved, currency, limitMinor, approvals: allowed.approvals };
      return this.#commit(till, { kind: 'cash-moved', body, operatorId: allowed.operatorId }, this.#draft);
    });
  }

  /** Puts the closing on record with the Z as it stands; null: it was not, and `failure` may say why. */
  close(): Promise<Entry | null> {
    return this.#once(async (till) => {
      const { count } = this;
      const state = await till.drawer();
      if (state?.phase !== 'open') return this.#fail('state');
      const { shift } = state;
      if (count?.purpose !== 'close' || count.shown === null) return null;
      if (count.shown.happenings !== happeningsOf(shift)) {
        this.countAgain();
        return this.#fail('changed');
      }
      const allowed = await this.#options.gate.pass('run-shift', [this.texts.closing(shift.shiftNumber)]);
      if (allowed === null) return null;
      const body = closingBody(shift, count, cashCountOf(count), this.rules.toleranceMinor);
      const approvals = [...this.#draft.approvals, ...allowed.approvals].slice(-50);
      const entry = { kind: 'shift-closed' as const, body: { ...body, approvals }, operatorId: allowed.operatorId };
      return this.#commit(till, entry, noDraft);
    });
  }

  /** Shows what should be in the drawer, to whoever may see it. A second person's word goes into the closing. */
  async read(): Promise<boolean> {
    const { shift } = this;
    if (shift === null) return false;
    const allowed = await this.#options.gate.pass('read-drawer', [this.texts.reading(shift.shiftNumber)]);
    if (allowed === null) return false;
    if (allowed.approvals.length > 0) this.#keep({ approvals: [...this.#draft.approvals, ...allowed.approvals] });
    this.#isReading = true;
    return true;
  }

  stopReading(): void {
    this.#isReading = false;
  }

  /** One thing at a time: a second tap on a button is no second entry. */
  async #once(work: (till: Till) => Promise<Entry | null>): Promise<Entry | null> {
    const till = this.#options.till();
    if (this.#isBusy || !till) return null;
    this.#isBusy = true;
    this.#failure = null;
    try {
      return await work(till);
    } finally {
      this.#isBusy = false;
      await this.follow();
    }
  }

  async #commit(
    till: Till,
    entry: Parameters<StockDraft<DrawerDraft>['commit']>[1],
    rest: DrawerDraft,
  ): Promise<Entry | null> {
    const result = await this.#kept.commit(till, entry, rest === noDraft ? null : rest);
    if (!result.ok) return this.#fail(result.error.code);
    this.#draft = rest;
    this.#dismissedDay = '';
    return result.value;
  }

  #fail(code: DrawerFailure['code']): null {
    this.#failure = { code };
    return null;
  }

  #keep(changes: Partial<DrawerDraft>): void {
    this.#draft = { ...this.#draft, ...changes };
    this.#kept.keep(this.#draft);
  }

  #money(amountMinor: number): string {
    return formatMoney(amountMinor, this.#options.config()?.currency ?? 'XXX', this.#options.locale());
  }
}

/** Rises with each sale and each movement of cash. */
function happeningsOf({ report }: OpenShift): number {
  return report.transactionCount + report.movements.reduce((sum, { count }) => sum + count, 0);
}

function closingBody(
  shift: OpenShift,
  count: CountDraft,
  counted: CashCount,
  toleranceMinor: number,
): Omit<ShiftClosed, 'approvals'> {
  const { shiftId, shiftNumber, businessDay, report } = shift;
  const isRight = counted.totalMinor === report.expectedMinor;
  return {
    shiftId,
    shiftNumber,
    businessDay,
    counted,
    firstCountedMinor: count.firstCountedMinor ?? counted.totalMinor,
    report,
    differenceReason: isRight ? null : (count.differenceReason ?? 'unexplained'),
    note: count.note.trim().slice(0, 200).toWellFormed(),
    toleranceMinor,
  };
}
