import { z } from 'zod';
import { minorSchema } from '../money/money.ts';
import { fail, ok, type Result } from '../result.ts';
import { key, text } from '../text.ts';

/** Who speaks: the chain that buys, or the supplier. */
export type OrderSide = 'buyer' | 'supplier';

export const maxOrderLines = 1_000;

/** What is asked for of one SKU. A quantity of 0 is a line that is not delivered; its number stays taken. */
export const orderLineSchema = z.object({
  /** The same SKU through all versions of the order, from 1. */
  lineNumber: z.number().int().min(1).max(9_999),
  skuId: key(40),
  quantity: z.number().int().min(0).max(1_000_000),
  /** Of one piece, without tax, in the order's currency. */
  unitCostMinor: minorSchema.min(0),
  /** The store's calendar day on which it should be there. */
  dueOn: z.iso.date(),
});
export type OrderLine = z.infer<typeof orderLineSchema>;

export const orderLinesSchema = z
  .array(orderLineSchema)
  .min(1)
  .max(maxOrderLines)
  .refine((lines) => new Set(lines.map(({ lineNumber }) => lineNumber)).size === lines.length, 'a line is there twice')
  .refine((lines) => new Set(lines.map(({ skuId }) => skuId)).size === lines.length, 'a SKU is there twice')
  .refine((lines) => lines.some(({ quantity }) => quantity > 0), 'nothing is ordered');

const note = text(500).default('');
const reason = text(500, 1);

/**
 * One thing that one side says of an order. Nothing is ever taken back: an order is what follows from its steps (takeStep).
 * SPEC.md tells who may say what when.
 */
export const orderStepSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('drafted'), lines: orderLinesSchema }),
  z.object({ step: z.literal('discarded') }),
  z.object({ step: z.literal('ordered'), note }),
  z.object({ step: z.literal('approval-asked'), note }),
  z.object({ step: z.literal('approval-denied'), note: reason }),
  z.object({ step: z.literal('changed'), lines: orderLinesSchema, note }),
  z.object({ step: z.literal('accepted'), note }),
  z.object({ step: z.literal('declined'), note: reason }),
  z.object({ step: z.literal('cancelled'), note: reason }),
  z.object({ step: z.literal('closed'), note }),
  z.object({ step: z.literal('confirmed'), note }),
  z.object({ step: z.literal('proposed'), lines: orderLinesSchema, note }),
  z.object({ step: z.literal('refused'), note: reason }),
]);
export type OrderStep = z.infer<typeof orderStepSchema>;
export type OrderStepName = OrderStep['step'];

/**
 * `to-approve`: costs more than whoever drafted it may order alone. `ordered`, `change-asked` and `cancel-asked` wait for the supplier, `proposed` for the buyer. `confirmed`: goods are on
 * their way. `discarded`, `refused`, `cancelled` and `closed` are the end.
 */
export const orderPhases = [
  'draft',
  'to-approve',
  'ordered',
  'proposed',
  'confirmed',
  'change-asked',
  'cancel-asked',
  'discarded',
  'refused',
  'cancelled',
  'closed',
] as const;
export type OrderPhase = (typeof orderPhases)[number];

export type Order = {
  phase: OrderPhase;
  /** How many steps were taken. Who answers names the one that they saw, so that nobody answers what they have not read. */
  version: number;
  /** What the buyer asked for last. */
  asked: OrderLine[];
  /** What the supplier proposed and the buyer has not answered. */
  proposed: OrderLine[] | null;
  /** What both agreed on last: said by one, taken by the other. Null: nothing yet. */
  agreed: OrderLine[] | null;
};

export type OrderFault = { code: 'not-now' | 'not-yours' | 'other-goods' | 'nothing-new' };

const supplierSteps = ['confirmed', 'proposed', 'refused'] as const;

/** [OR2] Which steps each phase takes; what is not here is refused. */
const stepsOf: Readonly<Record<OrderPhase, readonly OrderStepName[]>> = {
  draft: ['drafted', 'discarded', 'ordered', 'approval-asked'],
  // Who may alone, orders it, and has approved it by that.
  'to-approve': ['drafted', 'discarded', 'ordered', 'approval-denied'],
  ordered: ['changed', 'cancelled', 'confirmed', 'proposed', 'refused'],
  proposed: ['changed', 'cancelled', 'accepted', 'declined', 'proposed'],
  confirmed: ['changed', 'cancelled', 'closed', 'proposed'],
  'change-asked': ['changed', 'cancelled', 'confirmed', 'proposed', 'refused'],
  'cancel-asked': ['confirmed', 'refused'],
  discarded: [],
  refused: [],
  cancelled: [],
  closed: [],
};

const sideOf = (step: OrderStepName): OrderSide =>
  (supplierSteps as readonly string[]).includes(step) ? 'supplier' : 'buyer';

/** What one side may say now. */
export function stepsFor(order: Pick<Order, 'phase'>, side: OrderSide): OrderStepName[] {
  return stepsOf[order.phase].filter((step) => sideOf(step) === side);
}

/** Whose answer the order waits for; null: nobody's. A draft waits for the buyer. */
export function awaitedSide({ phase }: Pick<Order, 'phase'>): OrderSide | null {
  if (phase === 'draft' || phase === 'to-approve' || phase === 'proposed') return 'buyer';
  return phase === 'ordered' || phase === 'change-asked' || phase === 'cancel-asked' ? 'supplier' : null;
}

/** The supplier sees an order from when it is ordered. */
export const isSentPhase = (phase: OrderPhase): boolean => !(unsentPhases as readonly OrderPhase[]).includes(phase);
export const unsentPhases = ['draft', 'to-approve', 'discarded'] as const satisfies readonly OrderPhase[];

/** The lines as they stand: what is agreed, else what is on the table. */
export function standingLines({ asked, proposed, agreed, phase }: Order): OrderLine[] {
  if (phase === 'proposed' && proposed) return proposed;
  return phase === 'confirmed' || phase === 'cancel-asked' || phase === 'closed' ? (agreed ?? asked) : asked;
}

/** [AP1] What a step binds the buyer to, in minor units; null: to nothing that was not bound before. */
export function boundBy(after: Order, step: Pick<OrderStep, 'step'>): number | null {
  if (step.step === 'ordered' || step.step === 'changed') return costOf(after.asked);
  return step.step === 'accepted' ? costOf(after.agreed ?? after.asked) : null;
}

/** Σ quantity × unit cost, in minor units. */
export function costOf(lines: readonly OrderLine[]): number {
  return lines.reduce((sum, { quantity, unitCostMinor }) => sum + quantity * unitCostMinor, 0);
}

/**
 * [OR1] The order after one side has taken a step; `order` is null before its first, which is `drafted`. A step that is not to be
 * taken now, or not by this side, is an error and changes nothing.
 */
export function takeStep(order: Order | null, side: OrderSide, step: OrderStep): Result<Order, OrderFault> {
  if (sideOf(step.step) !== side) return fail({ code: 'not-yours' });
  if (order === null) {
    if (step.step !== 'drafted') return fail({ code: 'not-now' });
    return ok({ phase: 'draft', version: 1, asked: step.lines, proposed: null, agreed: null });
  }
  if (!stepsOf[order.phase].includes(step.step)) return fail({ code: 'not-now' });
  const fault = 'lines' in step ? faultOfLines(order, step) : null;
  if (fault !== null) return fail({ code: fault });
  return ok({ ...order, ...outcome(order, step), version: order.version + 1 });
}

/** [OR4] Every number stands for one SKU through all versions; the supplier adds none and leaves none out. */
function faultOfLines(
  order: Order,
  step: Extract<OrderStep, { lines: OrderLine[] }>,
): 'other-goods' | 'nothing-new' | null {
  const standing = standingLines(order);
  if (step.step !== 'drafted') {
    const known = new Map([...order.asked, ...(order.agreed ?? [])].map((line) => [line.lineNumber, line.skuId]));
    const isOther = step.lines.some(({ lineNumber, skuId }) => (known.get(lineNumber) ?? skuId) !== skuId);
    const isWhole = order.asked.every(({ lineNumber }) => step.lines.some((line) => line.lineNumber === lineNumber));
    const isMore = step.lines.some(({ lineNumber }) => !known.has(lineNumber));
    if (isOther || !isWhole || (isMore && step.step === 'proposed')) return 'other-goods';
  }
  return step.step !== 'drafted' && sameLines(step.lines, standing) ? 'nothing-new' : null;
}

function sameLines(a: readonly OrderLine[], b: readonly OrderLine[]): boolean {
  const word = (lines: readonly OrderLine[]) =>
    lines
      .map((line) => [line.lineNumber, line.skuId, line.quantity, line.unitCostMinor, line.dueOn].join(' '))
      .toSorted()
      .join('\n');
  return word(a) === word(b);
}

type Change = Partial<Omit<Order, 'version'>>;

function outcome(order: Order, step: OrderStep): Change {
  const { agreed } = order;
  /** Back to what holds: the agreement or, where there is none, what was asked. */
  const back: Change =
    agreed === null ? { phase: 'ordered', proposed: null } : { phase: 'confirmed', proposed: null, asked: agreed };
  switch (step.step) {
    case 'drafted':
      return { phase: 'draft', asked: step.lines };
    case 'approval-asked':
      return { phase: 'to-approve' };
    case 'approval-denied':
      return { phase: 'draft' };
    case 'discarded':
      return { phase: 'discarded' };
    case 'ordered':
      return { phase: 'ordered' };
    case 'changed':
      return { phase: agreed === null ? 'ordered' : 'change-asked', asked: step.lines, proposed: null };
    case 'proposed':
      return { phase: 'proposed', proposed: step.lines };
    case 'accepted': {
      const taken = order.proposed ?? order.asked;
      return { phase: 'confirmed', asked: taken, proposed: null, agreed: taken };
    }
    case 'declined':
      return back;
    case 'confirmed':
      return order.phase === 'cancel-asked'
        ? { phase: 'cancelled' }
        : { phase: 'confirmed', proposed: null, agreed: order.asked };
    case 'refused':
      return agreed === null ? { phase: 'refused' } : back;
    case 'cancelled':
      // What nobody agreed to yet binds nobody.
      return agreed === null
        ? { phase: 'cancelled', proposed: null }
        : { phase: 'cancel-asked', proposed: null, asked: agreed };
    case 'closed':
      return { phase: 'closed' };
  }
}
