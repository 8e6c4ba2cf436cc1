import { canonicalJson } from './canonical-json.ts';
import type { Entry, UnsealedEntry } from './envelope.ts';

const hexByByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

async function sha256Hex(textValue: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(textValue)));
  return Array.from(digest, (byte) => hexByByte[byte]).join('');
}

/** The text that an entry's hash covers: everything but `_id` (said by till and sequence), `_rev`, `hash`, `signature`. */
export function hashedText(entry: UnsealedEntry | Entry): string {
  const { _id, _rev, hash, signature, ...covered } = entry as Entry & {
    _rev?: unknown;
  };
  return canonicalJson(covered);
}

/** What the first entry of a till names as its previous hash: it ties the chain to the store and the till's number. */
export function genesisText(storeId: string, tillNumber: number): string {
  return `onecode/1/${storeId}/${tillNumber}`;
}

export function genesisHash(storeId: string, tillNumber: number): Promise<string> {
  return sha256Hex(genesisText(storeId, tillNumber));
}

/** Hashes and signs. `sign` gets the hash's hex text and returns base64url of r‖s. */
export async function sealEntry(draft: UnsealedEntry, sign: (text: string) => Promise<string>): Promise<Entry> {
  const hash = await sha256Hex(hashedText(draft));
  return { ...draft, hash, signature: await sign(hash) };
}
