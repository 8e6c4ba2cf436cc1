import type { LocaleCode } from '#schemas/text.ts';
import type { DeliveryStanding, Till } from '../db/till-types.ts';
import { Turns } from '../db/turns.ts';
import { arrivalAmong } from './receiving-arrivals.ts';
import { readStockScan } from './stock-scan.ts';

export type TagOffersOptions = { till: () => Till | null; locale: () => LocaleCode };

/**
 * A tag's delivery, by its id. `any`: several await such goods, and whoever opens one of them decides. `nobody`: no delivery awaits
 * it. `here`: the books have it in the store already, so that it just lies in the reader's field.
 */
type Home = { deliveryId: string } | 'any' | 'nobody' | 'here';

export type TagOffer = { standing: DeliveryStanding; count: number };

/**
 * What an RFID reader sees while no delivery is open: nothing is received by that, as tags of shelves are seen too. The tags are
 * kept, each once, their deliveries are offered, and whoever opens one has received its tags.
 */
export class TagOffers {
  readonly #options: TagOffersOptions;
  readonly #homes = new Map<string, Home>();
  #offers = $state.raw<readonly TagOffer[]>([]);
  #strays = $state(0);
  readonly #turns = new Turns();

  constructor(options: TagOffersOptions) {
    this.#options = options;
  }

  /** Most tags first. */
  get offers(): readonly TagOffer[] {
    return this.#offers;
  }
  /** Tags that no delivery awaits and that are not in stock: for goods without a delivery. */
  get strays(): number {
    return this.#strays;
  }

  see(epcs: readonly string[]): Promise<void> {
    return this.#turns.take(async () => {
      const till = this.#options.till();
      const unseen = [...new Set(epcs)].filter((epc) => !this.#homes.has(epc));
      if (till === null || unseen.length === 0) return;
      const open = await till.deliveries();
      const homes = await Promise.all(unseen.map(async (epc) => [epc, await this.#homeOf(till, epc, open)] as const));
      for (const [epc, home] of homes) this.#homes.set(epc, home);
      this.#count(open);
    });
  }

  /** The tags that are received with a delivery, or with none (null), in the order in which they were seen; they are offered no more. */
  take(deliveryId: string | null): Promise<string[]> {
    return this.#turns.take(async () => {
      const taken = [...this.#homes].flatMap(([epc, home]) => (isOf(home, deliveryId) ? [epc] : []));
      for (const epc of taken) this.#homes.delete(epc);
      this.#count(this.#offers.map(({ standing }) => standing));
      return taken;
    });
  }

  /** The screen is left. */
  forget(): void {
    this.#homes.clear();
    this.#count([]);
  }

  async #homeOf(till: Till, epc: string, open: readonly DeliveryStanding[]): Promise<Home> {
    const arrival = arrivalAmong(open, await readStockScan(till, epc), this.#options.locale());
    if (arrival.type === 'delivery') return { deliveryId: arrival.standing.delivery.deliveryId };
    if (arrival.code === 'several-await') return 'any';
    return arrival.code === 'unit-here' ? 'here' : 'nobody';
  }

  #count(open: readonly DeliveryStanding[]): void {
    const counts = new Map<string, number>();
    let strays = 0;
    for (const home of this.#homes.values()) {
      if (typeof home === 'object') counts.set(home.deliveryId, (counts.get(home.deliveryId) ?? 0) + 1);
      else if (home !== 'here') strays += 1;
    }
    const offers = open.map((standing) => ({ standing, count: counts.get(standing.delivery.deliveryId) ?? 0 }));
    this.#offers = offers.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
    this.#strays = strays;
  }
}

function isOf(home: Home, deliveryId: string | null): boolean {
  if (typeof home === 'object') return home.deliveryId === deliveryId;
  return home === 'any' || (home === 'nobody' && deliveryId === null);
}
