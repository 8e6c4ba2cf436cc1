import { type OrderDetail, orderAnswerSchema, orderDetailSchema } from '#schemas/api/orders.ts';
import { type OrderSide, type OrderStep, type OrderStepName, stepsFor } from '#schemas/procurement/order.ts';
import { type PaperAsk, PaperDesk } from './paper-desk.svelte.ts';

/** One order on the screen of one side. */
export class OrderDesk extends PaperDesk<typeof orderDetailSchema> {
  constructor(side: OrderSide, ask: PaperAsk) {
    super(side, ask, orderDetailSchema);
  }

  get order(): OrderDetail | null {
    return this.live.answer;
  }

  may(step: OrderStepName): boolean {
    return this.order !== null && stepsFor(this.order, this.side).includes(step);
  }

  /** [OR5] Says it of the version that is on screen. Answers whether it was taken. */
  take(step: OrderStep): Promise<boolean> {
    return this.post('/steps', orderAnswerSchema, { version: this.version, step });
  }

  say(text: string, lineNumber: number | null): Promise<boolean> {
    return this.post('/messages', orderAnswerSchema, { text, lineNumber });
  }
}
