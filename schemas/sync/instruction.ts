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
    code: pairingCodeSchema,
  }),
]);
export type TillInstruction = z.infer<typeof tillInstructionSchema>;
