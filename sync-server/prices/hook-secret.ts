import { openSecret, sealSecret } from '../auth/sealed-secret.ts';
import { deriveSecret } from '../auth/secrets.ts';

type Place = { merchantId: string; hookId: string };

/** The key that seals the secrets of price hooks: whoever reads the database alone signs no prices. `secret`: the installation's. */
export function hookSealKey(secret: string): Buffer {
  return Buffer.from(deriveSecret(secret, 'price hooks'), 'base64url');
}

export function sealHookSecret(key: Buffer, nonce: Uint8Array, place: Place, secret: string): string {
  return sealSecret(key, nonce, placeText(place), secret);
}

/** The secret; null: it was sealed by another installation, for another hook, or altered. */
export function openHookSecret(key: Buffer, place: Place, stored: string): string | null {
  return openSecret(key, placeText(place), stored);
}

function placeText({ merchantId, hookId }: Place): string {
  return `price-hook ${merchantId} ${hookId}`;
}
