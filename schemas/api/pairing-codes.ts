import { z } from 'zod';
import { pairingCodeSchema } from '../sync/pairing.ts';

/** `POST /api/stores/:store/pairing-codes`, body `{}`: a code works once, for ten minutes. */
export const pairingCodeAnswerSchema = z.object({
  code: pairingCodeSchema,
  expiresAtMs: z.number().int(),
  /** `<address of the server>/pair?code=…`, for a QR. */
  url: z.string().max(500),
});
export type PairingCodeAnswer = z.infer<typeof pairingCodeAnswerSchema>;
