import { describe, expect, test } from 'vitest';
import { type ExportKey, exportKeySchema, maxExportBytes, openExport, readExport, sealExport } from './export-file.ts';

const plain = new TextEncoder().encode('{"_id":"0003-000000001"}\n'.repeat(20));

async function pair(): Promise<{ privateKey: CryptoKey; publicKey: ExportKey }> {
  const made = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
  if (!('privateKey' in made)) throw new Error('a key pair');
  return {
    privateKey: made.privateKey,
    publicKey: exportKeySchema.parse(await crypto.subtle.exportKey('jwk', made.publicKey)),
  };
}

const store = await pair();

async function made(): Promise<Uint8Array<ArrayBuffer>> {
  const { privateKey, publicKey } = await pair();
  const facts = { storeId: 'camden', storeName: 'Camden', tillNumber: 3, madeAtMs: 1, entries: 20, lastSequence: 20 };
  return sealExport(plain, { ...facts, storeKey: store.publicKey, fileKey: publicKey }, privateKey);
}

/** The code of what is wrong with a file; `opened` when nothing is. */
async function verdict(file: Uint8Array<ArrayBuffer>, key = store.privateKey): Promise<string> {
  const read = readExport(file);
  if (!read.ok) return read.error.code;
  return (await openExport(read.value, key)) === null ? 'not opened' : 'opened';
}

describe('an emergency export', () => {
  test('is opened with the private key of the store it was made for, and by nobody else', async () => {
    const file = await made();
    const read = readExport(file);
    expect(read).toMatchObject({ ok: true, value: { header: { storeId: 'camden', tillNumber: 3, entries: 20 } } });
    if (read.ok) expect(await openExport(read.value, store.privateKey)).toEqual(plain);
    expect(await verdict(file, (await pair()).privateKey)).toBe('not opened');
    expect(Buffer.from(file).includes('0003-000000001')).toBe(false);
  });

  test('no byte of it can be changed unseen', async () => {
    const file = await made();
    for (let at = 0; at < file.length; at++) {
      const changed = file.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await verdict(changed), `byte ${at}`).not.toBe('opened');
    }
  });

  test('a file that was cut anywhere is told from one that is none', async () => {
    const file = await made();
    for (const length of [30, 200, file.length - 100, file.length - 1]) {
      expect(await verdict(file.slice(0, length)), `${length} bytes`).toBe('cut-short');
    }
    expect(await verdict(new Uint8Array([...file, 1]))).toBe('changed');
  });

  test.each([
    ['nothing at all', ''],
    ['a picture', '\u0089PNG\r\n'],
    ['other JSON', '{"format":"something"}\n'],
  ])('%s is no export', async (_name, content) => {
    expect(await verdict(new TextEncoder().encode(content))).toBe('not-an-export');
  });

  test('one of a newer version is told to be so', async () => {
    const newer = new TextEncoder().encode('{"format":"onecode-export","version":2,"more":true}\nxyz');
    expect(await verdict(newer)).toBe('newer-version');
  });

  test('numbers that are no point of the curve open nothing and break nothing', async () => {
    const [header = ''] = new TextDecoder('latin1').decode(await made()).split('\n');
    const bad = { ...JSON.parse(header), fileKey: { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'B'.repeat(43) } };
    const file = new TextEncoder().encode(`${JSON.stringify({ ...bad, sealedBytes: 16 })}\n${'x'.repeat(16)}`);
    expect(await verdict(file)).toBe('not opened');
    expect(maxExportBytes).toBeGreaterThan(file.length);
  });
});
