import type { Entry } from '#schemas/journal/envelope.ts';
import { type BasketLoss, isListed, type ListedBasket, lossOf } from '#schemas/parking/fold-parked.ts';
import type { BasketTaken } from '#schemas/parking/parked-basket.ts';
import { depositSchema } from '#schemas/payment/deposit.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { CommitFailure, FoundSku, Till } from '../db/till-types.ts';
import type { Basket } from './basket.svelte.ts';
import { type BasketState, isOwed } from './basket-lines.ts';
import { depositBasket, type KeptShare, refundBasket } from './deposit-basket.ts';
import { flagAgain } from './flag-context.ts';
import { basketOf, type ParkingDraft, parkedBody } from './parked-body.ts';
import type { Pricing } from './pricing.svelte.ts';

/**
 * `has-money`: something was taken for it; `has-gift-card`: what is owed waits for nobody; `gone`: somebody else was first; `not-empty`:
 * another basket is open; `has-deposit`: money is on it; `no-price`: what has none can be promised to nobody; `too-much`: more than it
 * comes to, or nothing.
 */
export type ParkingFailure =
  | CommitFailure
  | { code: 'empty' | 'has-money' | 'gone' | 'not-empty' | 'has-gift-card' | 'has-deposit' | 'no-price' | 'too-much' };

/** A basket that can be taken up here. `heldBy`: the till that has it open, and since when; null: nobody has. */
export type ParkedBasket = {
  transactionId: string;
  standing: ListedBasket;
  heldBy: { tillNumber: number; operatorId: string; atMs: number } | null;
};

export type ParkingOptions = {
  basket: Basket;
  pricing: Pricing;
  till: () => Till | null;
  operatorId: () => string | null;
  promotionName: (promotionId: string) => string;
  newId: () => string;
  /** Something was taken for the open basket, or is being taken. */
  isHeld: () => boolean;
  newSale: () => void;
};

/** Baskets that are put aside, for any till of the store (schemas/parking/SPEC.md). */
export class Parking {
  readonly #options: ParkingOptions;
  #all = $state.raw<readonly ListedBasket[]>([]);
  #loss = $state.raw<{ transactionId: string; loss: BasketLoss | null; heldMinor: number } | null>(null);
  /** What the list is shown for: one basket, or as null all of them. Undefined: it is not shown. */
  #shown = $state.raw<string | null | undefined>(undefined);
  #isBusy = $state(false);

  constructor(options: ParkingOptions) {
    this.#options = options;
  }

  /** All but the one that is open here. */
  get baskets(): readonly ParkedBasket[] {
    const { basket, till } = this.#options;
    const own = till()?.identity.tillNumber;
    return this.#all.flatMap((standing): ParkedBasket[] => {
      const { transactionId } = standing.parked;
      if (transactionId === basket.transactionId) return [];
      // What this till took up and does not have open any more is nobody's (PK3).
      const holder = standing.state === 'open' && standing.holder.tillNumber !== own ? standing.holder : null;
      const heldBy = holder && { tillNumber: holder.tillNumber, operatorId: holder.operatorId, atMs: holder.atMs };
      return [{ transactionId, standing, heldBy }];
    });
  }
  /** Those that nobody has open. */
  get waiting(): number {
    return this.baskets.filter(({ heldBy }) => heldBy === null).length;
  }
  /** Why the open basket is not this till's to sell any more; null: it is. */
  get loss(): BasketLoss | null {
    const { basket } = this.#options;
    return basket.isEmpty || this.#loss?.transactionId !== basket.transactionId ? null : this.#loss.loss;
  }
  /** What was paid on the open basket before (DP3). */
  get openHeldMinor(): number {
    const { basket } = this.#options;
    return basket.isEmpty || this.#loss?.transactionId !== basket.transactionId ? 0 : Math.max(0, this.#loss.heldMinor);
  }
  get isShown(): boolean {
    return this.#shown !== undefined;
  }
  /** The basket that the list is shown for; null: it is for all. */
  get shownId(): string | null {
    return this.#shown ?? null;
  }
  get isBusy(): boolean {
    return this.#isBusy;
  }

  show(transactionId: string | null = null): void {
    this.#shown = transactionId;
  }
  hide(): void {
    this.#shown = undefined;
  }

  /** The number of a quote, a deposit's receipt or a parking was scanned or typed: shows its basket. False: it is of none. */
  async showOf(entryId: string): Promise<boolean> {
    const till = this.#options.till();
    const transactionId = till && (await till.parking.basketOf(entryId));
    if (!transactionId || !isListed(await till.parking.of(transactionId))) return false;
    await this.refresh();
    this.show(transactionId);
    return true;
  }

  /** Follows what tills do. A basket that is parked and was left open by a crash is parked (PK3). */
  async attach(till: Till): Promise<void> {
    const { basket } = this.#options;
    till.parking.onChange(() => void this.refresh().catch(console.error));
    if (!basket.isEmpty) {
      const standing = await till.parking.of(basket.transactionId);
      if (standing?.state === 'parked' && standing.parked.tillNumber === till.identity.tillNumber) basket.startNew();
    }
    // Nobody waits for the list of it: a first start reads the whole journal.
    void this.refresh().catch(console.error);
  }

  async refresh(): Promise<void> {
    const { basket, till } = this.#options;
    const open = till();
    if (open === null) return;
    const { transactionId } = basket;
    const [all, standing] = await Promise.all([open.parking.list(), open.parking.of(transactionId)]);
    this.#all = all;
    const loss = lossOf(standing, open.identity.tillNumber);
    this.#loss = { transactionId, loss, heldMinor: standing?.heldMinor ?? 0 };
  }

  /** Puts the open basket aside: on the disk first, and then off the screen. */
  park(draft: ParkingDraft): Promise<Result<Entry, ParkingFailure>> {
    return this.#alone(async (till, operatorId) => {
      const { basket, pricing, isHeld, newSale, promotionName } = this.#options;
      const config = till.config();
      if (basket.isEmpty || config === null) return fail({ code: 'empty' });
      if (isHeld()) return fail({ code: 'has-money' });
      if (basket.lines.some(isOwed)) return fail({ code: 'has-gift-card' });
      if (this.loss !== null) return fail({ code: 'gone' });
      const { quote } = pricing;
      const standing = await till.parking.of(basket.transactionId);
      const { as } = draft;
      if (as && as.kind !== 'basket' && (quote === null || quote.failure !== null)) return fail({ code: 'no-price' });
      const isFirst = as?.kind === 'deposit';
      if (isFirst && !isWithin(as.amountMinor, 1, (quote?.dueMinor ?? 0) - (standing?.heldMinor ?? 0))) {
        return fail({ code: 'too-much' });
      }
      const before = standing?.parked?.body ?? null;
      const body = parkedBody({ basket, quote, config, promotionName, before }, draft);
      const committed = await till.commit('basket-parked', body, operatorId);
      if (!committed.ok) return committed;
      newSale();
      return ok(committed.value);
    });
  }

  /** Opens a basket here; from now on it is this till's, unless another one was first. */
  takeUp(transactionId: string): Promise<Result<null, ParkingFailure>> {
    return this.#alone(async (till, operatorId) => {
      const { basket, pricing } = this.#options;
      if (!basket.isEmpty) return fail({ code: 'not-empty' });
      const standing = await this.#taken(till, operatorId, transactionId, 'taken-up');
      if (!standing.ok) return standing;
      const { body } = standing.value.parked;
      const state = basketOf(standing.value.parked);
      const flags = await Promise.all(state.lines.map((line) => flagAgain(till, line, transactionId)));
      const found = await foundSkus(till, state.lines);
      if (!basket.isEmpty) return fail({ code: 'not-empty' });
      const lines = state.lines.map((line, index) => ({ ...line, ...(flags[index] && { flag: flags[index] }) }));
      basket.takeUp({ transactionId, openedAtMs: body.openedAtMs, onlineSeen: [], state: { ...state, lines } });
      // At once: beside an open basket the list would offer to put it aside again.
      this.hide();
      for (const sku of found) pricing.learn(sku);
      pricing.tick();
      return ok(null);
    });
  }

  /** Nobody will buy it. */
  throwAway(transactionId: string): Promise<Result<null, ParkingFailure>> {
    return this.#alone(async (till, operatorId) => {
      const before = await till.parking.of(transactionId);
      if (before !== null && before.heldMinor > 0) return fail({ code: 'has-deposit' });
      const standing = await this.#taken(till, operatorId, transactionId, 'thrown-away');
      return standing.ok ? ok(null) : standing;
    });
  }

  /** Opens a ticket that takes money for a basket which is put aside (DP1). */
  payOn(transactionId: string, amountMinor: number, name: string): Promise<Result<null, ParkingFailure>> {
    return this.#alone(async (till) => {
      const standing = await till.parking.of(transactionId);
      if (standing?.state !== 'parked' && standing?.state !== 'open') return fail({ code: 'gone' });
      const { body } = standing.parked;
      const { heldMinor } = standing;
      const mostMinor = body.totalMinor === null ? Number.MAX_SAFE_INTEGER : body.totalMinor - heldMinor;
      if (!isWithin(amountMinor, 1, mostMinor)) return fail({ code: 'too-much' });
      // The first one has the id that was said when the goods were put aside; at another till nobody knows whether it was used.
      const isFirst = heldMinor === 0 && standing.parked.tillNumber === till.identity.tillNumber;
      const ticketId = isFirst ? (body.deposit?.transactionId ?? null) : null;
      return this.#open(depositBasket({ body, heldMinor, name }, amountMinor), ticketId);
    });
  }

  /** Opens a ticket that gives back all that is on a basket, less what the shop keeps (DP5). */
  giveBack(transactionId: string, name: string, kept: KeptShare | null): Promise<Result<null, ParkingFailure>> {
    return this.#alone(async (till) => {
      const standing = await till.parking.of(transactionId);
      if (standing === null || standing.parked === null || standing.heldMinor <= 0) return fail({ code: 'gone' });
      const { heldMinor, parked } = standing;
      if (kept !== null && !isWithin(kept.amountMinor, 1, heldMinor)) return fail({ code: 'too-much' });
      return this.#open(refundBasket({ body: parked.body, heldMinor, name }, kept), null);
    });
  }

  /** A ticket gave back all that was on a basket: nobody waits for the goods any more. */
  async afterSale({ body: sale }: Entry): Promise<void> {
    const deposit = depositSchema.safeParse(sale.deposit);
    if (!deposit.success || deposit.data.amountMinor > 0 || deposit.data.heldMinor > 0) return;
    const { basketId } = deposit.data;
    const state = (await this.#options.till()?.parking.of(basketId))?.state;
    if (state !== 'parked' && state !== 'open') return;
    await this.#alone(async (till, operatorId) => {
      const ended = await this.#taken(till, operatorId, basketId, 'thrown-away');
      return ended.ok ? ok(null) : ended;
    });
  }

  /** `ticketId`: what it was to be called; another one where that is taken already. */
  async #open(state: BasketState, ticketId: string | null): Promise<Result<null, ParkingFailure>> {
    const { basket, newId, till } = this.#options;
    if (!basket.isEmpty) return fail({ code: 'not-empty' });
    const isTaken = ticketId === null || (await till()?.entryOfTransaction(ticketId)) !== null;
    const transactionId = isTaken ? newId() : ticketId;
    basket.takeUp({ transactionId, openedAtMs: till()?.nowMs() ?? 0, onlineSeen: [], state });
    return ok(null);
  }

  /** The open basket is another till's by now, or sold: it leaves the screen. */
  letGo(): void {
    if (this.loss !== null && !this.#options.isHeld()) this.#options.newSale();
  }

  /** Puts on record that a basket is this till's, unless it is already. */
  async #taken(till: Till, operatorId: string, transactionId: string, how: BasketTaken['how']) {
    const standing = await till.parking.of(transactionId);
    if (standing?.state !== 'parked' && standing?.state !== 'open') return fail({ code: 'gone' as const });
    const isOwn = standing.state === 'open' && standing.holder.tillNumber === till.identity.tillNumber;
    if (isOwn && how === 'taken-up') return ok(standing);
    const { entryId } = standing.state === 'open' ? standing.holder : standing.parked;
    const body: BasketTaken = { transactionId, fromEntryId: entryId, how, approvals: [] };
    const committed = await till.commit('basket-taken', body, operatorId);
    return committed.ok ? ok(standing) : committed;
  }

  async #alone<T>(
    work: (till: Till, operatorId: string) => Promise<Result<T, ParkingFailure>>,
  ): Promise<Result<T, ParkingFailure>> {
    const till = this.#options.till();
    const operatorId = this.#options.operatorId();
    if (till === null || operatorId === null || this.#isBusy) return fail({ code: 'not-owner' });
    this.#isBusy = true;
    try {
      return await work(till, operatorId);
    } finally {
      this.#isBusy = false;
      await this.refresh();
    }
  }
}

function isWithin(minor: number, least: number, most: number): boolean {
  return Number.isSafeInteger(minor) && minor >= least && minor <= most;
}

async function foundSkus(till: Till, lines: readonly { skuId: string | null }[]): Promise<FoundSku[]> {
  const skuIds = new Set(lines.flatMap(({ skuId }) => skuId ?? []));
  const found = await Promise.all([...skuIds].map((skuId) => till.skuById(skuId)));
  return found.filter((sku) => sku !== null);
}
