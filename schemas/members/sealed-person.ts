import { z } from 'zod';
import { key, text } from '../text.ts';
import { phonePattern } from './phone.ts';
import { positionSchema } from './position.ts';

/** A field that was taken back is null; one that an entry does not speak of is absent. */
export const personSchema = z.object({
  name: text(100, 1).optional(),
  phone: z.string().regex(phonePattern).nullable().optional(),
  email: text(254, 3).nullable().optional(),
  /** `--MM-DD` without a year, as many give no more. */
  birthday: z
    .string()
    .regex(/^(?:\d{4}|-)-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/)
    .nullable()
    .optional(),
  /** Of a card of before. */
  cardNumber: key(40).nullable().optional(),
  note: text(500).nullable().optional(),
  /** Where they live. */
  position: positionSchema.nullable().optional(),
});
export type Person = z.infer<typeof personSchema>;
export const personFields = ['name', 'phone', 'email', 'birthday', 'cardNumber', 'note', 'position'] as const;
export type PersonField = (typeof personFields)[number];

/** Bytes of a key and of the number that is used once with it. */
export const personKeyBytes = 32;
export const personNonceBytes = 12;
/** A person's part is padded to a multiple of this, so that its length says little. */
const paddedTo = 128;

/**
 * [MB7] What is personal in an entry. `keyId` names a key that the server gave out before and keeps in a row of its own: without the
 * row nobody reads `text` again, the entry stays as it was signed, and its hash still covers what was said.
 */
export const sealedPersonSchema = z.object({
  keyId: z.uuid(),
  /** base64url, 12 bytes. */
  nonce: z.string().regex(/^[A-Za-z0-9_-]{16}$/),
  /** base64url of AES-256-GCM over the padded JSON, with its tag. */
  text: z
    .string()
    .max(8_000)
    .regex(/^[A-Za-z0-9_-]+$/),
});
export type SealedPerson = z.infer<typeof sealedPersonSchema>;

/** A key as it is given out. base64url, 32 bytes. */
export const personKeySchema = z.object({ keyId: z.uuid(), key: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });
export type PersonKey = z.infer<typeof personKeySchema>;

/** [MB7] Seals for one member: what stands in one's entry does not open in another's. `nonce`: fresh randomness. */
export async function sealPerson(
  { keyId, key: secret }: PersonKey,
  nonce: Uint8Array<ArrayBuffer>,
  memberId: string,
  person: Person,
): Promise<SealedPerson> {
  const json = new TextEncoder().encode(JSON.stringify(person));
  const padded = new Uint8Array(Math.ceil((json.length + 1) / paddedTo) * paddedTo).fill(0x20);
  padded.set(json);
  const sealed = await crypto.subtle.encrypt(algorithm(nonce, memberId), await imported(secret, 'encrypt'), padded);
  return { keyId, nonce: toBase64Url(nonce), text: toBase64Url(new Uint8Array(sealed)) };
}

/** Null: another key, another member's, altered, or nothing that a person's part may be. */
export async function openPerson(secret: string, memberId: string, sealed: SealedPerson): Promise<Person | null> {
  const opening = algorithm(fromBase64Url(sealed.nonce), memberId);
  try {
    const bytes = await crypto.subtle.decrypt(opening, await imported(secret, 'decrypt'), fromBase64Url(sealed.text));
    const person = personSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return person.success ? person.data : null;
  } catch (error) {
    // A tag that does not fit, and what is no JSON.
    if (error instanceof SyntaxError || (error instanceof DOMException && error.name === 'OperationError')) return null;
    throw error;
  }
}

function algorithm(iv: Uint8Array<ArrayBuffer>, memberId: string) {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(`onecode/member/1/${memberId}`) };
}

function imported(secret: string, use: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', fromBase64Url(secret), 'AES-GCM', false, [use]);
}

function toBase64Url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64Url(encoded: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(encoded.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));
}
