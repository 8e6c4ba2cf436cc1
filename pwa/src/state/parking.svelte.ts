import { type BasketLoss, type BasketStanding, lossOf } from '#schemas/parking/fold-parked.ts';
import type { BasketTaken } from '#schemas/parking/parked-basket.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { CommitFailure, FoundSku, Till } from '../db/till-types.ts';
import type { Basket } from './basket.svelte.ts';
import { flagAgain } from './flag-context.ts';
import { basketOf, type ParkingDraft, parkedBody } from './parked-body.ts';
import type { Pricing } from './pricing.svelte.ts';

/** `has-money`: something was taken for it; `has-gift-card`: a card waits for nobody; `gone`: somebody else was first; `not-empty`: another basket is open. */
export type ParkingFailure = CommitFailure | { code: 'empty' | 'has-money' | 'gone' | 'not-empty' | 'has-gift-card' };

/** A basket that can be taken up here. `heldBy`: the till that has it open, and since when; null: nobody has. */
export type ParkedBasket = {
  transactionId: string;
  standing: BasketStanding & { state: 'parked' | 'open' };
  heldBy: { tillNumber: number; operatorId: string; atMs: number } | null;
};

export type ParkingOptions = {
  basket: Basket;
  pricing: Pricing;
  till: () => Till | null;
  operatorId: () => string | null;
  /** Something was taken for the open basket, or is being taken. */
  isHeld: () => boolean;
  newSale: () => void;
};

/** Baskets that are put aside, for any till of the store (schemas/parking/SPEC.md). */
export class Parking {
  readonly #options: ParkingOptions;
  #all = $state.raw<readonly (BasketStanding & { state: 'parked' | 'open' })[]>([]);
  #loss = $state.raw<{ transactionId: string; loss: BasketLoss | null } | null>(null);
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
  get isBusy(): boolean {
    return this.#isBusy;
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
    this.#loss = { transactionId, loss: lossOf(standing, open.identity.tillNumber) };
  }

  /** Puts the open basket aside: on the disk first, and then off the screen. */
  park(draft: ParkingDraft): Promise<Result<null, ParkingFailure>> {
    return this.#alone(async (till, operatorId) => {
      const { basket, pricing, isHeld, newSale } = this.#options;
      const config = till.config();
      if (basket.isEmpty || config === null) return fail({ code: 'empty' });
      if (isHeld()) return fail({ code: 'has-money' });
      if (basket.lines.some(({ giftCard }) => giftCard !== undefined)) return fail({ code: 'has-gift-card' });
      if (this.loss !== null) return fail({ code: 'gone' });
      const body = parkedBody(basket, pricing.quote, config, draft);
      const committed = await till.commit('basket-parked', body, operatorId);
      if (!committed.ok) return committed;
      newSale();
      return ok(null);
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
      const state = basketOf(body);
      const flags = await Promise.all(state.lines.map((line) => flagAgain(till, line)));
      const found = await foundSkus(till, state.lines);
      if (!basket.isEmpty) return fail({ code: 'not-empty' });
      const lines = state.lines.map((line, index) => ({ ...line, ...(flags[index] && { flag: flags[index] }) }));
      basket.takeUp({ transactionId, openedAtMs: body.openedAtMs, onlineSeen: [], state: { ...state, lines } });
      for (const sku of found) pricing.learn(sku);
      pricing.tick();
      return ok(null);
    });
  }

  /** Nobody will buy it. */
  throwAway(transactionId: string): Promise<Result<null, ParkingFailure>> {
    return this.#alone(async (till, operatorId) => {
      const standing = await this.#taken(till, operatorId, transactionId, 'thrown-away');
      return standing.ok ? ok(null) : standing;
    });
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

  async #alone(
    work: (till: Till, operatorId: string) => Promise<Result<null, ParkingFailure>>,
  ): Promise<Result<null, ParkingFailure>> {
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

async function foundSkus(till: Till, lines: readonly { skuId: string | null }[]): Promise<FoundSku[]> {
  const skuIds = new Set(lines.flatMap(({ skuId }) => skuId ?? []));
  const found = await Promise.all([...skuIds].map((skuId) => till.skuById(skuId)));
  return found.filter((sku) => sku !== null);
}
