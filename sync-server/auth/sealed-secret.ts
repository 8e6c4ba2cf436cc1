import { seal, unseal } from '../audit/personal-seal.ts';

/** No base64: what begins so is sealed. Before there was a seal the secret stood there as it is. */
const mark = 'sealed:';

/** A secret as it stands in the database: sealed for its place, with a key of the installation that is not in the database. */
export function sealSecret(key: Buffer, nonce: Uint8Array, place: string, secret: string): string {
  return mark + seal(key, nonce, place, { secret });
}

/** Whether it still has to be sealed. */
export function isUnsealed(stored: string): boolean {
  return !stored.startsWith(mark);
}

/** The secret; null: it was sealed by another installation, for another place, or altered. */
export function openSecret(key: Buffer, place: string, stored: string): string | null {
  if (isUnsealed(stored)) return stored;
  const secret = unseal(key, place, stored.slice(mark.length))?.secret;
  return typeof secret === 'string' ? secret : null;
}
