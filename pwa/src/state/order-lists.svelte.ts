import { type OrderList, type OrderSummary, type OrdersQuery, orderListSchema } from '#schemas/api/orders.ts';
import { LiveList } from './live-list.svelte.ts';
import type { PaperAsk } from './paper-desk.svelte.ts';

export type ShownOrders = OrdersQuery['state'];

/** The orders of one side: open, of these the late and short ones, and ended; `ask` goes on after `…/orders`. */
export class OrderLists {
  readonly #lists: Readonly<Record<ShownOrders, LiveList<OrderList, OrderSummary>>>;
  #shown = $state<ShownOrders>('open');

  constructor(ask: PaperAsk) {
    const listOf = (state: ShownOrders) =>
      new LiveList({
        ask: (before) => ask(`?${new URLSearchParams({ state, ...(before && { before }) })}`, orderListSchema),
        rowsOf: ({ orders }: OrderList) => orders,
        idOf: ({ orderId }: OrderSummary) => orderId,
      });
    this.#lists = { open: listOf('open'), behind: listOf('behind'), ended: listOf('ended') };
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
