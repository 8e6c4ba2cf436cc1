import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Entry, entryId, envelopeSchema, parseEntryId, type UnsealedEntry } from './envelope.ts';
import { genesisHash, hashedText, sealEntry } from './seal.ts';

const draft: UnsealedEntry = {
  _id: '0003-000000042',
  version: 1,
  kind: 'retail-transaction',
  storeId: 'store-1',
  tillNumber: 3,
  sequence: 42,
  previousHash: '0'.repeat(64),
  deviceAtMs: 1_795_000_000_000,
  clockOffsetMs: -12,
  orderedAtMs: 1_795_000_000_001,
  operatorId: 'amy',
  body: { lines: [{ name: 'Earl Grey 茶', quantity: 2 }] },
};

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
const digest = { name: 'ECDSA', hash: 'SHA-256' };

async function makeSigner() {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const bytes = (text: string) => new TextEncoder().encode(text);
  return {
    sign: async (text: string) => {
      const signature = new Uint8Array(await crypto.subtle.sign(digest, privateKey, bytes(text)));
      return btoa(String.fromCharCode(...signature))
        .replaceAll('+', '-')
        .replaceAll('/', '_')
        .replace(/=+$/, '');
    },
    holds: (entry: Entry) => {
      const binary = atob(entry.signature.replaceAll('-', '+').replaceAll('_', '/'));
      const signature = Uint8Array.from(binary, (char) => char.charCodeAt(0));
      return crypto.subtle.verify(digest, publicKey, signature, bytes(entry.hash));
    },
  };
}

test('[J3] what is sealed with WebCrypto is an entry, and its signature holds over its hash', async () => {
  const signer = await makeSigner();
  const entry = await sealEntry(draft, signer.sign);
  expect(envelopeSchema.parse(entry)).toEqual(entry);
  expect(await signer.holds(entry)).toBe(true);
  expect(await signer.holds({ ...entry, hash: 'f'.repeat(64) })).toBe(false);
});

test('[J3] the hash is the same for the same content, however its members are ordered and whatever CouchDB adds', async () => {
  const sign = async () => 'A'.repeat(86);
  const entry = await sealEntry(draft, sign);
  const reordered = Object.fromEntries(Object.entries(draft).reverse()) as UnsealedEntry;
  expect((await sealEntry(reordered, sign)).hash).toBe(entry.hash);
  expect(hashedText({ ...entry, _rev: '1-x' } as Entry)).toBe(hashedText(draft));
  // Worked example: who writes another implementation of a till must come to this hash.
  expect(entry.hash).toBe('e19a6dfa796cbf3183d4981b27859f82a851004ef940f34b88f0ac0be68b4247');
});

test('[J3] the hash covers every field but the id, which till and sequence say', async () => {
  const sign = async () => 'A'.repeat(86);
  const { hash } = await sealEntry(draft, sign);
  for (const name of Object.keys(draft)) {
    const changed = { ...draft, [name]: 'other' } as unknown as UnsealedEntry;
    expect((await sealEntry(changed, sign)).hash === hash, name).toBe(name === '_id');
  }
});

test('[J3] a chain begins at a hash of its own for each store and till', async () => {
  const hashes = await Promise.all([genesisHash('a', 1), genesisHash('a', 11), genesisHash('b', 1)]);
  expect(new Set(hashes).size).toBe(3);
  expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
});

test('an entry’s id sorts by till, then by sequence, and is read back', () => {
  const parts = fc.record({ tillNumber: fc.nat(9_999), sequence: fc.integer({ min: 1, max: 999_999_999 }) });
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      const [idA, idB] = [entryId(a.tillNumber, a.sequence), entryId(b.tillNumber, b.sequence)];
      expect(parseEntryId(idA)).toEqual(a);
      const before = a.tillNumber < b.tillNumber || (a.tillNumber === b.tillNumber && a.sequence < b.sequence);
      expect(idA < idB).toBe(before);
    }),
  );
  for (const wrong of ['', '0001-000000000', '1-1', '0001-0000000001', ' 0001-000000001', '0001-000000001\n']) {
    expect(parseEntryId(wrong)).toBeNull();
  }
});
