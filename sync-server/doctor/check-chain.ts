import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Entry, entryId } from '#schemas/journal/envelope.ts';
import type { ServerContext } from '../context.ts';
import { genesisHashOf, type PublicKeyJwk, recomputedHash, signatureHolds } from '../journal/seal-check.ts';
import { type Finding, some, trouble, warning, well } from './finding.ts';

const batchEntries = 500;

type Row = {
  journal_seq: number;
  till_number: number;
  sequence: number;
  hash: string;
  previous_hash: string;
  kind: string;
  occurred_at_ms: number;
  document: string;
};

/** What of a store's journal does not hold; entry ids, `known` where an exception says it already. */
type Chain = { entries: number; altered: string[]; forged: string[]; unlike: string[]; broken: string[] };

/** [J3] Each entry of a store's journal is as its till hashed and signed it, follows the one before, and is numbered without gap. */
export async function checkChain(context: ServerContext, storeId: string): Promise<Finding[]> {
  const found = await readChain(context, storeId);
  const findings: Finding[] = [];
  const restore = 'Stop the server, keep a copy of its data, and restore the latest backup from before it happened.';
  const tell = (ids: string[], what: string) => {
    if (ids.length > 0) findings.push(trouble('chain', `${ids.length} entries ${what}: ${some(ids)}.`, restore));
  };
  tell(found.altered, 'are not what their till hashed');
  tell(found.forged, 'do not have the signature of their till');
  tell(found.unlike, 'stand under columns that say something else');
  findings.push(...(await checkPositions(context, storeId)));
  if (found.broken.length > 0) {
    const advice = 'Look at them under Exceptions: a till was cloned or its storage was put back.';
    findings.push(
      warning('chain', `${found.broken.length} entries do not follow the one before: ${some(found.broken)}.`, advice),
    );
  }
  if (findings.length > 0) return findings;
  return [well('chain', `${found.entries} entries are hashed, signed and linked as they should be.`)];
}

async function readChain({ database }: ServerContext, storeId: string): Promise<Chain> {
  const keys = await database.pool.query<{ till_number: number; public_key: PublicKeyJwk }>(
    'select till_number, public_key from till where store_id = $1',
    [storeId],
  );
  const keyOf = new Map(keys.rows.map((row) => [row.till_number, row.public_key]));
  const chain: Chain = { entries: 0, altered: [], forged: [], unlike: [], broken: [] };
  let last: Pick<Row, 'till_number' | 'sequence' | 'hash'> = { till_number: -1, sequence: 0, hash: '' };
  for (;;) {
    const { rows } = await database.pool.query<Row>(
      `select journal_seq, till_number, sequence, hash, previous_hash, kind, occurred_at_ms, document from journal
        where store_id = $1 and (till_number, sequence) > ($2, $3) order by till_number, sequence limit ${batchEntries}`,
      [storeId, last.till_number, last.sequence],
    );
    for (const row of rows) {
      const isNext = row.till_number === last.till_number && row.sequence === last.sequence + 1;
      const before = row.sequence === 1 ? genesisHashOf(storeId, row.till_number) : isNext ? last.hash : null;
      judge(chain, storeId, row, keyOf.get(row.till_number));
      if (before !== null && row.previous_hash !== before) chain.broken.push(entryId(row.till_number, row.sequence));
      last = row;
    }
    chain.entries += rows.length;
    if (rows.length < batchEntries) return chain;
    await nextTurn();
  }
}

function judge(chain: Chain, storeId: string, row: Row, key: PublicKeyJwk | undefined): void {
  const id = entryId(row.till_number, row.sequence);
  const entry = entryOf(row.document);
  if (entry === null) {
    chain.altered.push(id);
    return;
  }
  const isLike =
    entry._id === id &&
    entry.storeId === storeId &&
    entry.hash === row.hash &&
    entry.previousHash === row.previous_hash &&
    entry.kind === row.kind &&
    entry.deviceAtMs + (entry.clockOffsetMs ?? 0) === row.occurred_at_ms;
  if (recomputedHash(entry) !== entry.hash) chain.altered.push(id);
  else if (key === undefined || !signatureHolds(entry.hash, entry.signature, key)) chain.forged.push(id);
  else if (!isLike) chain.unlike.push(id);
}

function entryOf(document: string): Entry | null {
  const value: unknown = JSON.parse(document);
  return typeof value === 'object' && value !== null && 'hash' in value ? (value as Entry) : null;
}

/** Positions in the journal: 1, 2, 3 … up to the store's counter. */
async function checkPositions({ database }: ServerContext, storeId: string): Promise<Finding[]> {
  const { rows } = await database.pool.query<{ head: number; last: number; count: number }>(
    `select journal_seq as head, (select coalesce(max(journal_seq), 0) from journal where store_id = $1) as last,
            (select count(*)::int8 from journal where store_id = $1) as count
       from store_counter where store_id = $1`,
    [storeId],
  );
  const [counter] = rows;
  if (counter && counter.head === counter.last && counter.last === counter.count) return [];
  const numbers = counter
    ? `head ${counter.head}, last ${counter.last}, ${counter.count} entries`
    : 'there is no counter';
  const advice = 'Entries were removed or added past the server. Restore the latest backup from before it happened.';
  return [trouble('chain', `Positions in the journal are not 1, 2, 3 …: ${numbers}.`, advice)];
}
