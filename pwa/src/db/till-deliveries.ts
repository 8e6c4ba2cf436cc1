import {
  type AwaitedCartonRow,
  awaitedCartonMs,
  type CartonRow,
  cartonKey,
  type DeliveryRow,
  type ReceiptRow,
  receiptKey,
} from '#schemas/stock/delivery.ts';
import { deliveryState } from '#schemas/stock/delivery-rows.ts';
import type { PendingEffects } from './pending-effects.ts';
import { rowsWithPrefix } from './rows-between.ts';
import type { RowsStore } from './rows-store.ts';
import type { DeliveryStanding } from './till-types.ts';

/** Deliveries of the store: the feed's rows, and those of own entries that the server has not posted yet (F2). */
export class TillDeliveries {
  readonly #rows: RowsStore;
  readonly #pending: PendingEffects;

  constructor(rows: RowsStore, pending: PendingEffects) {
    this.#rows = rows;
    this.#pending = pending;
  }

  async open(): Promise<DeliveryStanding[]> {
    const [deliveries, receipts] = await Promise.all([
      rowsWithPrefix(this.#rows, 'delivery', '', () => this.#ownDeliveries()),
      this.#receipts(''),
    ]);
    const byDelivery = Map.groupBy(receipts, ({ deliveryId }) => deliveryId);
    return [...deliveries.values()]
      .map((delivery) => standingOf(delivery, byDelivery.get(delivery.deliveryId) ?? []))
      .filter(({ state }) => !state.isClosed)
      .sort(bySoonest);
  }

  async byId(deliveryId: string): Promise<DeliveryStanding | null> {
    const [delivery, receipts] = await Promise.all([
      this.#rows.get('delivery', deliveryId),
      this.#receipts(`${deliveryId}|`),
    ]);
    const found = delivery ?? this.#pending.deliveryRows().deliveries.find((row) => row.deliveryId === deliveryId);
    return found === undefined ? null : standingOf(found, receipts);
  }

  async cartons(sscc: string): Promise<CartonRow[]> {
    const own = () =>
      this.#pending.deliveryRows().cartons.map((row) => [cartonKey(row.sscc, row.deliveryId), row] as const);
    const found = await rowsWithPrefix(this.#rows, 'carton', `${sscc}|`, own);
    return [...found.values()].sort((a, b) => (a.deliveryId < b.deliveryId ? 1 : -1));
  }

  /** Told by the chain's feed; what is too old is passed over, as nothing may have told that it is there. */
  async elsewhere(sscc: string, nowMs: number): Promise<AwaitedCartonRow[]> {
    const found = await rowsWithPrefix(this.#rows, 'awaited-carton', `${sscc}|`);
    const storeId = this.#rows.config?.storeId;
    return [...found.values()]
      .filter((row) => row.storeId !== storeId && row.announcedAtMs > nowMs - awaitedCartonMs)
      .sort((a, b) => b.announcedAtMs - a.announcedAtMs);
  }

  async #receipts(prefix: string): Promise<ReceiptRow[]> {
    const own = () =>
      this.#pending.deliveryRows().receipts.map((row) => [receiptKey(row.deliveryId, row.entryId), row] as const);
    return [...(await rowsWithPrefix(this.#rows, 'receipt', prefix, own)).values()];
  }

  #ownDeliveries() {
    return this.#pending.deliveryRows().deliveries.map((row) => [row.deliveryId, row] as const);
  }
}

function standingOf(delivery: DeliveryRow, receipts: ReceiptRow[]): DeliveryStanding {
  return { delivery, receipts, state: deliveryState(delivery, receipts) };
}

function bySoonest(a: DeliveryStanding, b: DeliveryStanding): number {
  const [dayA, dayB] = [a.delivery.expectedOn ?? '9999', b.delivery.expectedOn ?? '9999'];
  return dayA === dayB ? a.delivery.announcedAtMs - b.delivery.announcedAtMs : dayA < dayB ? -1 : 1;
}
