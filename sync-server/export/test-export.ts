import { gzipSync } from 'node:zlib';
import { type ExportHeader, type ExportKey, sealExport } from '#schemas/export/export-file.ts';
import type { ServerContext } from '../context.ts';
import { type TestTill, testNowMs } from '../journal/test-journal.ts';
import { exportKeyOf } from './export-key.ts';

/** For tests: an emergency export as a till makes it, of any lines. */
export async function exportFile(
  context: ServerContext,
  till: TestTill,
  lines: readonly unknown[],
  changes: Partial<ExportHeader> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const curve = { name: 'ECDH', namedCurve: 'P-256' };
  const pair = (await crypto.subtle.generateKey(curve, true, ['deriveBits'])) as CryptoKeyPair;
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  const facts = {
    storeId: till.storeId,
    storeName: 'Test store',
    tillNumber: till.tillNumber,
    madeAtMs: testNowMs,
    entries: lines.length,
    lastSequence: till.sequence || null,
    storeKey: await exportKeyOf(context, till.storeId),
    fileKey: { kty: 'EC', crv: 'P-256', x, y } satisfies ExportKey,
    ...changes,
  };
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  const plain = texts.map((text) => `${text}\n`).join('');
  return sealExport(new Uint8Array(gzipSync(plain)), facts, pair.privateKey);
}
