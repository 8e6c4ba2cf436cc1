import type { ServerContext } from '../context.ts';
import type { Refusal } from './refusal.ts';
import { sha256Hex } from './seal-check.ts';

export type RefusedDocument = { document: Record<string, unknown>; refusal: Refusal };

/** A till's refusals beyond this many are not kept; the first ones are, so that no flood pushes evidence out. */
const maxKeptPerTill = 1_000;
const maxKeptChars = 64_000;

/** Keeps what an authenticated till sent and the journal refused, for the manager; the same document once. */
export async function keepRefused(
  context: ServerContext,
  storeId: string,
  tillNumber: number,
  refused: readonly RefusedDocument[],
): Promise<void> {
  const kept = refused.slice(0, maxKeptPerTill).map(({ document, refusal }) => {
    const text = textOf(document);
    return {
      hash: sha256Hex(text),
      code: refusal.code,
      id: typeof document._id === 'string' ? plain(document._id, 200) : '',
      text,
    };
  });
  if (kept.length === 0) return;
  await context.database.pool.query(
    `insert into refused_document (store_id, till_number, document_hash, code, document_id, document, refused_at_ms)
     select $1, $2, k.document_hash, k.code, k.document_id, k.document, $3
       from (select * from unnest($4::text[], $5::text[], $6::text[], $7::text[])
                    with ordinality u(document_hash, code, document_id, document, at)
              order by at
              limit greatest(0, $8 - (select count(*) from refused_document where store_id = $1 and till_number = $2))) k
     on conflict do nothing`,
    [
      storeId,
      tillNumber,
      context.nowMs(),
      kept.map((one) => one.hash),
      kept.map((one) => one.code),
      kept.map((one) => one.id),
      kept.map((one) => one.text),
      maxKeptPerTill,
    ],
  );
}

function textOf(document: Record<string, unknown>): string {
  try {
    return plain(JSON.stringify(document), maxKeptChars);
  } catch (error) {
    // Nested deeper than the stack: there is nothing in it that a person could read.
    if (error instanceof RangeError) return '{"unreadable":"nested too deep"}';
    throw error;
  }
}

/** Text that PostgreSQL takes. */
function plain(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replaceAll('\u0000', '\ufffd').toWellFormed();
}
