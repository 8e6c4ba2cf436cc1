import { z } from 'zod';
import { idSchema } from '../journal/envelope.ts';
import { text } from '../text.ts';
import { pairingCodeSchema } from './pairing.ts';

/** What the back office asks a till to do at its next contact; it sends what it holds first. */
export const tillInstructionSchema = z.discriminatedUnion('type', [
  /** Forget everything of this store and be no till any more. */
  z.object({ type: z.literal('wipe'), instructionId: z.uuid(), askedAtMs: z.number().int() }),
  /** … and become a new till of another store with this code. */
  z.object({
    type: z.literal('move'),
    instructionId: z.uuid(),
    askedAtMs: z.number().int(),
    storeId: idSchema,
    storeName: text(100),
  }),
]);
export type TillInstruction = z.infer<typeof tillInstructionSchema>;

/**
 * Asked of a revoked till, which may not send any more: forget everything of this store at once, entries included that
 * the server never got. It learns of it from the refusal of its next request (apiErrorSchema).
 */
const discardSchema = z.object({ type: z.literal('discard'), instructionId: z.uuid(), askedAtMs: z.number().int() });
export const askedOfTillSchema = z.discriminatedUnion('type', [...tillInstructionSchema.options, discardSchema]);
export type AskedOfTill = z.infer<typeof askedOfTillSchema>;

/** `POST /feed/:store/discards/:id/done`: a revoked till clears itself now. Answer `{}`. Errors as every refusal of a till. */
export const discardDoneSchema = z.object({
  /** Its entries that the server did not have, as far as it knew. */
  lostEntries: z.number().int().min(0).max(999_999_999),
});

/**
 * `POST /feed/:store/instructions/:id/done`: the till's last request, sent when the server has all of its entries, up to
 * `lastSequence`. From
 * then on it is no till of this store. Errors: `not-found` 404 (taken back, or another one), `conflict` 409 (entries wait).
 */
export const instructionDoingSchema = z.object({ lastSequence: z.number().int().min(0) });
export const instructionDoneSchema = z.object({
  /** For a move: what the tablet pairs with. It is made now, so that it need not live until a till comes online. */
  code: pairingCodeSchema.nullable(),
});
export type InstructionDone = z.infer<typeof instructionDoneSchema>;
