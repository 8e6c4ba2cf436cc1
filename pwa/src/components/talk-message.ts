import type { OrderSide } from '#schemas/procurement/order.ts';

/** What one side wrote of a paper, or of a line of it. */
export type TalkMessage = { messageNumber: number; side: OrderSide; lineNumber: number | null; text: string };
