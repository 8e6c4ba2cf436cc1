import {
  type ComplaintList,
  type ComplaintSummary,
  complaintAnswerSchema,
  complaintDetailSchema,
  complaintListSchema,
} from '#schemas/api/fair-play.ts';
import type { ComplaintWord } from '#schemas/procurement/complaint.ts';
import type { OrderSide } from '#schemas/procurement/order.ts';
import { LiveList } from './live-list.svelte.ts';
import { type PaperAsk, PaperDesk } from './paper-desk.svelte.ts';

/** The complaints of one side; `ask` goes on after `…/complaints`. */
export function complaintList(ask: PaperAsk): LiveList<ComplaintList, ComplaintSummary> {
  return new LiveList({
    ask: (before) => ask(before ? `?${new URLSearchParams({ before })}` : '', complaintListSchema),
    rowsOf: ({ complaints }: ComplaintList) => complaints,
    idOf: ({ complaintId }: ComplaintSummary) => complaintId,
  });
}

/** One complaint on the screen of one side. */
export class ComplaintDesk extends PaperDesk<typeof complaintDetailSchema> {
  constructor(side: OrderSide, ask: PaperAsk) {
    super(side, ask, complaintDetailSchema);
  }

  /** [FP2] Says it of the version that is on screen. Answers whether it was taken. */
  take(step: ComplaintWord): Promise<boolean> {
    return this.post('/steps', complaintAnswerSchema, { version: this.version, step });
  }
}
