import { z } from 'zod';
import { assert } from '../assert.ts';
import { key, text } from '../text.ts';

/** Store, merchant and other row ids: short, URL-safe, sort as bytes. */
export const idSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/);

export const maxTillNumber = 9_999;
export const maxSequence = 999_999_999;
/** An entry's JSON is at most this long; the till splits nothing, so it checks before the put. */
export const maxEntryBytes = 2_000_000;

/** Till 0 is the store's back office: the server writes its entries and holds its key. */
export const tillNumberSchema = z.number().int().min(0).max(maxTillNumber);
export const sequenceSchema = z.number().int().min(1).max(maxSequence);
/** Till number and sequence, `0001-000000042`. */
export const entryIdSchema = z.string().regex(/^\d{4}-\d{9}$/);
export const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);
const timeSchema = z.number().int().min(0).max(8_640_000_000_000_000);

/**
 * What every entry carries, whatever its kind and version (SPEC.md). `hash` is SHA-256 over the canonical JSON of all
 * fields but `_id`, `_rev`, `hash` and `signature`; `signature` is ECDSA P-256 / SHA-256 over the hash's hex text.
 */
export const envelopeSchema = z.object({
  _id: entryIdSchema,
  version: z.number().int().min(1).max(1_000_000),
  kind: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/),
  storeId: idSchema,
  tillNumber: tillNumberSchema,
  sequence: sequenceSchema,
  previousHash: hashSchema,
  /** The device's clock when it happened. */
  deviceAtMs: timeSchema,
  /** Server time − device time when last known; null before the first contact. */
  clockOffsetMs: z.number().int().min(-8_640_000_000_000_000).max(8_640_000_000_000_000).nullable(),
  /** Hybrid logical clock: orders entries of all tills; later than everything the till had seen. */
  orderedAtMs: timeSchema,
  operatorId: key(40),
  body: z.record(z.string(), z.unknown()),
  hash: hashSchema,
  /** base64url, 64 bytes r‖s (IEEE P1363, as WebCrypto makes it). */
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});
export type Entry = z.infer<typeof envelopeSchema>;
/** An entry before it is hashed and signed. */
export type UnsealedEntry = Omit<Entry, 'hash' | 'signature'>;

/** When it happened by the best knowledge of the till: device time corrected by the last known offset. */
export function occurredAtMs(entry: Pick<Entry, 'deviceAtMs' | 'clockOffsetMs'>): number {
  return entry.deviceAtMs + (entry.clockOffsetMs ?? 0);
}

/** `0003-000000042`: sorts by till, then by sequence. */
export function entryId(tillNumber: number, sequence: number): string {
  assert(
    Number.isInteger(tillNumber) && tillNumber >= 0 && tillNumber <= maxTillNumber,
    'a till number has four digits',
  );
  assert(Number.isInteger(sequence) && sequence >= 1 && sequence <= maxSequence, 'a sequence has nine digits');
  return `${String(tillNumber).padStart(4, '0')}-${String(sequence).padStart(9, '0')}`;
}

/** The parts of an entry id, or null when it is none. */
export function parseEntryId(id: string): { tillNumber: number; sequence: number } | null {
  if (!/^\d{4}-\d{9}$/.test(id)) return null;
  const sequence = Number(id.slice(5));
  return sequence < 1 ? null : { tillNumber: Number(id.slice(0, 4)), sequence };
}

/** Reasons why a document is not taken into the journal; each is in the screen's message files. */
export const refusalCodes = [
  'not-an-entry',
  'wrong-store',
  'wrong-till',
  'broken-hash',
  'broken-signature',
  'sequence-taken',
  'immutable',
  'too-large',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];
export const noteSchema = text(500);
