import { contractAnswerSchema, contractDetailSchema } from '#schemas/api/contracts.ts';
import type { ContractStep } from '#schemas/procurement/contract.ts';
import type { OrderSide } from '#schemas/procurement/order.ts';
import { type PaperAsk, PaperDesk } from './paper-desk.svelte.ts';

/** A contract on the screen of one side. */
export class ContractDesk extends PaperDesk<typeof contractDetailSchema> {
  constructor(side: OrderSide, ask: PaperAsk) {
    super(side, ask, contractDetailSchema);
  }

  /** [CO1] Says it of the version that is on screen. Answers whether it was taken. */
  take(step: ContractStep): Promise<boolean> {
    return this.post('', contractAnswerSchema, { version: this.version, step });
  }
}
