import { type OrderList, type OrderSummary, orderListSchema } from '#schemas/api/orders.ts';
import { LiveList } from './live-list.svelte.ts';
import type { OrderAsk } from './order-desk.svelte.ts';

export type ShownOrders = 'open' | 'ended';

/** The orders of one side, open and ended; `ask` goes on after `…/orders`. */
export class OrderLists {
  readonly #lists: Readonly<Record<ShownOrders, LiveList<OrderList, OrderSummary>>>;
  #shown = $state<ShownOrders>('open');

  constructor(ask: OrderAsk) {
    const listOf = (state: ShownOrders) =>
      new LiveList({
        ask: (before) => ask(`?${new URLSearchParams({ state, ...(before && { before }) })}`, orderListSchema),
        rowsOf: ({ orders }: OrderList) => orders,
        idOf: ({ orderId }: OrderSummary) => orderId,
      });
    this.#lists = { open: listOf('open'), ended: listOf('ended') };
  }

  get shown(): ShownOrders {
    return this.#shown;
  }
  get list(): LiveList<OrderList, OrderSummary> {
    return this.#lists[this.#shown];
  }

  show(which: ShownOrders): void {
    this.list.fold();
    this.#shown = which;
  }
}
