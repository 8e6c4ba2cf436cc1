import { z } from 'zod';
import { idSchema, maxEntryBytes, sequenceSchema, tillNumberSchema } from '../journal/envelope.ts';
import { fail, ok, type Result } from '../result.ts';
import { text } from '../text.ts';

/**
 * The emergency export: a till's entries that no server has, in a file that only the store's server can read. One line of
 * JSON (exportHeaderSchema) and a line feed, then AES-256-GCM with its tag over gzip over the entries' documents, one JSON
 * a line. The key is HKDF-SHA-256 of ECDH between a key pair made for this file and the store's export key; the header's
 * line is authenticated with it, so that no byte of the file can change unseen.
 */
export const exportFormat = 'onecode-export';
const exportVersion = 1;
export const exportFileEnding = '.onecode-export';

/** A file is at most this long: ninety days of a busy till are a quarter of it. */
export const maxExportBytes = 64_000_000;
/** What is in it, decompressed. */
export const maxExportPlainBytes = 256_000_000;
/** A line of it: an entry with its revision. */
export const maxExportLineBytes = maxEntryBytes + 1_000;
const maxHeaderBytes = 4_000;
const tagBytes = 16;

const coordinateSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** A public key, JWK of ECDH P-256. */
export const exportKeySchema = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: coordinateSchema,
  y: coordinateSchema,
});
export type ExportKey = z.infer<typeof exportKeySchema>;

export const exportHeaderSchema = z.object({
  format: z.literal(exportFormat),
  version: z.literal(exportVersion),
  storeId: idSchema,
  storeName: text(100),
  tillNumber: tillNumberSchema,
  /** By the till's clock. */
  madeAtMs: z.number().int().min(0),
  entries: z.number().int().min(0),
  /** The till's last number, whether in this file or not; null: it has made none. */
  lastSequence: sequenceSchema.nullable(),
  /** Whom it is for. */
  storeKey: exportKeySchema,
  /** Made for this file. */
  fileKey: exportKeySchema,
  /** Length of what follows the header's line. */
  sealedBytes: z.number().int().min(tagBytes).max(maxExportBytes),
});
export type ExportHeader = z.infer<typeof exportHeaderSchema>;

/** Why a file cannot be opened; each is in the screen's message files. */
export const exportFaults = [
  /** Something else than an emergency export. */
  'not-an-export',
  /** Made by a newer version of the app. */
  'newer-version',
  /** The end is missing. */
  'cut-short',
  /** Some byte is not what it was. */
  'changed',
  'wrong-store',
  /** Encrypted for a key that this server does not have. */
  'other-key',
  /** The till is not one of this store's. */
  'unknown-till',
] as const;
export type ExportFault = (typeof exportFaults)[number];

export type ExportFile = { header: ExportHeader; headerLine: Uint8Array<ArrayBuffer>; sealed: Uint8Array<ArrayBuffer> };

const encoder = new TextEncoder();
/** Each file has a key of its own, which encrypts once. */
const nonce = new Uint8Array(12);

/** Encrypts gzipped lines and puts the file together. `filePrivateKey` is of a pair made for this file alone. */
export async function sealExport(
  gzipped: Uint8Array<ArrayBuffer>,
  facts: Omit<ExportHeader, 'format' | 'version' | 'sealedBytes'>,
  filePrivateKey: CryptoKey,
): Promise<Uint8Array<ArrayBuffer>> {
  const sealedBytes = gzipped.length + tagBytes;
  const header: ExportHeader = { format: exportFormat, version: exportVersion, ...facts, sealedBytes };
  const headerLine = encoder.encode(`${JSON.stringify(header)}\n`);
  const key = await fileKeyOf(filePrivateKey, facts.storeKey, 'encrypt');
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: headerLine }, key, gzipped);
  const file = new Uint8Array(headerLine.length + sealed.byteLength);
  file.set(headerLine);
  file.set(new Uint8Array(sealed), headerLine.length);
  return file;
}

/** Takes a file apart, without reading what is sealed in it. */
export function readExport(file: Uint8Array<ArrayBuffer>): Result<ExportFile, { code: ExportFault }> {
  const mark = encoder.encode(`{"format":"${exportFormat}"`);
  if (file.length < mark.length || mark.some((byte, at) => file[at] !== byte)) return fail({ code: 'not-an-export' });
  const end = file.subarray(0, maxHeaderBytes).indexOf(0x0a);
  if (end < 0) return fail({ code: file.length < maxHeaderBytes ? 'cut-short' : 'changed' });
  const headerLine = file.subarray(0, end + 1);
  const facts = jsonOf(headerLine);
  if (typeof facts?.version === 'number' && facts.version > exportVersion) return fail({ code: 'newer-version' });
  const header = exportHeaderSchema.safeParse(facts);
  if (!header.success) return fail({ code: 'changed' });
  const sealed = file.subarray(end + 1);
  if (sealed.length < header.data.sealedBytes) return fail({ code: 'cut-short' });
  if (sealed.length > header.data.sealedBytes) return fail({ code: 'changed' });
  return ok({ header: header.data, headerLine, sealed });
}

/** The gzipped lines of a file, or null when a byte of it was changed or it is for another key. */
export async function openExport(
  { header, headerLine, sealed }: ExportFile,
  storePrivateKey: CryptoKey,
): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const key = await fileKeyOf(storePrivateKey, header.fileKey, 'decrypt');
    const algorithm = { name: 'AES-GCM', iv: nonce, additionalData: headerLine };
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, sealed));
  } catch (error) {
    // A tag that does not fit, and numbers that are no point of the curve.
    if (error instanceof DOMException && ['OperationError', 'DataError'].includes(error.name)) return null;
    throw error;
  }
}

async function fileKeyOf(own: CryptoKey, other: ExportKey, use: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  const curve = { name: 'ECDH', namedCurve: 'P-256' };
  const { kty, crv, x, y } = other;
  const publicKey = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, curve, false, []);
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: publicKey }, own, 256);
  const secret = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  const info = encoder.encode(`onecode/export/${exportVersion}`);
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info };
  return crypto.subtle.deriveKey(derivation, secret, { name: 'AES-GCM', length: 256 }, false, [use]);
}

function jsonOf(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
