import { z } from 'zod';
import { idSchema, tillNumberSchema } from '../journal/envelope.ts';
import { text } from '../text.ts';
import { protocolSchema } from './protocol.ts';

/** Letters and digits that nobody mixes up (Crockford's base 32). */
export const pairingCodeSchema = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{8}$/);

/** What a person typed, tidied: upper case, no spaces or dashes, O → 0, I and L → 1. */
export function tidyPairingCode(typed: string): string {
  return typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
}

/** `POST /api/pair`. */
export const pairRequestSchema = z.object({
  protocol: protocolSchema,
  code: pairingCodeSchema,
  /** The till's public key, JWK of ECDSA P-256. */
  publicKey: z.object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
    y: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  }),
  deviceName: text(80),
});
export type PairRequest = z.infer<typeof pairRequestSchema>;

export const pairAnswerSchema = z.object({
  protocol: protocolSchema,
  storeId: idSchema,
  storeName: text(100),
  tillNumber: tillNumberSchema,
  /** Bearer token, shown once. */
  token: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** 32 bytes, base64url: becomes the till's non-extractable HMAC key for PIN verifiers, then is forgotten. */
  pinKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  serverTimeMs: z.number().int(),
});
export type PairAnswer = z.infer<typeof pairAnswerSchema>;
