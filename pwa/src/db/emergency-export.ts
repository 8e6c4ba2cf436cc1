import { exportFileEnding, exportKeySchema, maxExportBytes, sealExport } from '#schemas/export/export-file.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { StoreConfig } from '#schemas/rows/rows.ts';
import { gapsOf, type Posted } from '#schemas/sync/posted.ts';
import type { OwnJournal } from './own-journal.ts';
import type { EmergencyExport, ExportFailure, TillIdentity } from './till-types.ts';

export type ExportSource = {
  journal: OwnJournal;
  identity: Pick<TillIdentity, 'storeId' | 'storeName' | 'tillNumber'>;
  posted: Posted;
  config: StoreConfig | null;
  nowMs: number;
};

const encoder = new TextEncoder();

/** Everything that the server has not posted, sealed as it is, for a hand to carry (schemas/export). */
export async function emergencyExport(source: ExportSource): Promise<Result<EmergencyExport, ExportFailure>> {
  const { journal, identity, posted, config, nowMs } = source;
  const storeKey = config?.exportKey;
  if (config === null || storeKey === undefined) return fail({ code: 'no-export-key' });
  const { storeId, storeName, tillNumber } = identity;
  const { gzipped, entries } = await gzippedLines(journal, posted);
  const curve = { name: 'ECDH', namedCurve: 'P-256' };
  const pair = (await crypto.subtle.generateKey(curve, false, ['deriveBits'])) as CryptoKeyPair;
  const fileKey = exportKeySchema.parse(await crypto.subtle.exportKey('jwk', pair.publicKey));
  const lastSequence = journal.lastSequence === 0 ? null : journal.lastSequence;
  const facts = {
    storeId,
    storeName,
    tillNumber,
    madeAtMs: Math.round(nowMs),
    entries,
    lastSequence,
    storeKey,
    fileKey,
  };
  const bytes = await sealExport(gzipped, facts, pair.privateKey);
  if (bytes.length > maxExportBytes) return fail({ code: 'too-large' });
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: config.timeZone, dateStyle: 'short' }).format(nowMs);
  return ok({ name: `onecode-${storeId}-till-${tillNumber}-${day}${exportFileEnding}`, bytes, entries });
}

async function gzippedLines(
  journal: OwnJournal,
  posted: Posted,
): Promise<{ gzipped: Uint8Array<ArrayBuffer>; entries: number }> {
  let entries = 0;
  const documents = journal.documents(gapsOf(posted));
  const lines = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: async (controller) => {
      const { value, done } = await documents.next();
      if (done) return controller.close();
      entries += value.length;
      controller.enqueue(encoder.encode(value.map((document) => `${JSON.stringify(document)}\n`).join('')));
    },
  });
  const gzipped = await new Response(lines.pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
  return { gzipped: new Uint8Array(gzipped), entries };
}
