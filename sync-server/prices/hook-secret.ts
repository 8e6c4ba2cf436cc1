import { seal, unseal } from '../audit/personal-seal.ts';
import { deriveSecret } from '../auth/secrets.ts';

/** No base64: what begins so is sealed. Before there was a seal the secret stood there as it is. */
const mark = 'sealed:';
type Place = { merchantId: string; hookId: string };

/** The key that seals the secrets of price hooks: whoever reads the database alone signs no prices. `secret`: the installation's. */
export function hookSealKey(secret: string): Buffer {
  return Buffer.from(deriveSecret(secret, 'price hooks'), 'base64url');
}

export function sealHookSecret(key: Buffer, nonce: Uint8Array, place: Place, secret: string): string {
  return mark + seal(key, nonce, placeText(place), { secret });
}

/** Whether it still has to be sealed. */
export function isUnsealed(stored: string): boolean {
  return !stored.startsWith(mark);
}

/** The secret; null: it was sealed by another installation, for another hook, or altered. */
export function openHookSecret(key: Buffer, place: Place, stored: string): string | null {
  if (isUnsealed(stored)) return stored;
  const secret = unseal(key, placeText(place), stored.slice(mark.length))?.secret;
  return typeof secret === 'string' ? secret : null;
}

function placeText({ merchantId, hookId }: Place): string {
  return `price-hook ${merchantId} ${hookId}`;
}
