import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { openPerson, type Person, sealedPersonSchema, sealPerson } from './sealed-person.ts';

const key = { keyId: '6b0f5c1e-6d7b-4b53-8f39-2f5f4a1d0c11', key: randomBytes(32).toString('base64url') };
const nonce = () => Uint8Array.from(randomBytes(12));
const person: Person = { name: '王小明 👩‍🚀', phone: '+447700900101', email: null };

test('[MB7] a person’s part opens with its key alone, for its member alone, and unaltered alone', async () => {
  const sealed = sealedPersonSchema.parse(await sealPerson(key, nonce(), 'm-1', person));
  expect(await openPerson(key.key, 'm-1', sealed)).toEqual(person);
  expect(await openPerson(key.key, 'm-2', sealed)).toBeNull();
  expect(await openPerson(randomBytes(32).toString('base64url'), 'm-1', sealed)).toBeNull();
  const altered = { ...sealed, text: `${sealed.text.slice(0, -4)}AAAA` };
  expect(await openPerson(key.key, 'm-1', altered)).toBeNull();
  expect(JSON.stringify(sealed)).not.toContain('7700');
});

test('[MB7] a short and a long name are equally long when they are sealed', async () => {
  const [short, long] = await Promise.all(
    ['A', 'Maximiliane Hohenstaufen'].map((name) => sealPerson(key, nonce(), 'm-1', { name })),
  );
  expect(short?.text.length).toBe(long?.text.length);
});
