import type { ComplaintDetail, ComplaintList, ComplaintSummary, ComplaintsQuery } from '#schemas/api/fair-play.ts';
import { type Complaint, complaintAwaits, complaintSteps, mostDecided } from '#schemas/procurement/complaint.ts';
import { depositHeld } from '#schemas/procurement/deposit.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { type PhotoBytes, photoBytes } from '../deliveries/photo-bytes.ts';
import { readDeposit } from './deposit.ts';

/** Whose complaints: of the chain with all its suppliers, or of one supplier. */
export type ComplaintReader = { merchantId: string } & ({ side: 'buyer' } | { side: 'supplier'; supplierId: string });
type Row = Pick<
  ComplaintSummary,
  'complaintId' | 'number' | 'supplierId' | 'supplierName' | 'merchantName' | 'changedAtMs'
> & {
  state: Complaint;
};

const columns = `t.complaint_id as "complaintId", t.number, t.supplier_id as "supplierId", p.name as "supplierName",
  m.name as "merchantName", t.state, t.changed_at_ms as "changedAtMs"`;
/** [A1] `$1` the chain, `$2` the supplier or null. */
const source = `complaint t join merchant m on m.merchant_id = t.merchant_id
  join supplier p on p.merchant_id = t.merchant_id and p.supplier_id = t.supplier_id
  where t.merchant_id = $1 and ($2::text is null or t.supplier_id = $2)`;
const ownOf = (reader: ComplaintReader) => (reader.side === 'supplier' ? reader.supplierId : null);

export async function listComplaints(
  context: ServerContext,
  reader: ComplaintReader,
  { supplier, limit, before }: ComplaintsQuery,
): Promise<ComplaintList> {
  const [atMs = null, markId = null] = before?.split('_') ?? [];
  const { rows } = await context.database.pool.query<Row>(
    `select ${columns} from ${source} and ($3::int8 is null or (t.changed_at_ms, t.complaint_id) < ($3::int8, $4::text))
      order by t.changed_at_ms desc, t.complaint_id desc limit $5`,
    [reader.merchantId, ownOf(reader) ?? supplier ?? null, atMs, markId, limit + 1],
  );
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    serverTimeMs: context.nowMs(),
    complaints: shown.map((row) => summaryOf(context, row)),
    next: rows.length > limit && last ? `${last.changedAtMs}_${last.complaintId}` : null,
  };
}

function summaryOf(context: ServerContext, { state, ...row }: Row): ComplaintSummary {
  const { phase, version, by, rule, rulesVersion, order, currency, askedMinor, decidedMinor, isUpheld } = state;
  return {
    ...{ ...row, phase, version, by, awaits: complaintAwaits(state, context.nowMs()), rulesVersion, order, currency },
    ...{ rule: rule && { ruleId: rule.ruleId, title: rule.title }, askedMinor, decidedMinor, isUpheld },
    ...{ answerByMs: state.answerByMs, appealByMs: state.appealByMs },
  };
}

/** One complaint with all that was said of it; null: it is none of theirs. */
export async function readComplaint(
  context: ServerContext,
  reader: ComplaintReader,
  complaintId: string,
): Promise<ComplaintDetail | null> {
  const { pool } = context.database;
  const row = await readRow(pool, reader, complaintId);
  if (row === null) return null;
  const held = depositHeld(await readDeposit(pool, { merchantId: reader.merchantId, supplierId: row.supplierId }));
  // Of an appeal, what was taken is taken already.
  const covered = row.state.phase === 'appealed' && row.state.isUpheld ? row.state.decidedMinor : held;
  return {
    ...{ ...summaryOf(context, row), serverTimeMs: context.nowMs() },
    may: complaintSteps(row.state, reader.side, context.nowMs()),
    mostMinor: Math.min(mostDecided(row.state), covered),
    history: await readHistory(pool, reader, complaintId),
  };
}

async function readRow(database: Queryable, reader: ComplaintReader, complaintId: string): Promise<Row | null> {
  const { rows } = await database.query<Row>(`select ${columns} from ${source} and t.complaint_id = $3`, [
    ...[reader.merchantId, ownOf(reader), complaintId],
  ]);
  return rows[0] ?? null;
}

/** Names of one's own side, and of who decided: a decision is signed. Pictures are counted here. */
async function readHistory(database: Queryable, { merchantId, side }: ComplaintReader, complaintId: string) {
  const { rows } = await database.query<ComplaintDetail['history'][number]>(
    `select version, side, at_ms as "atMs", step ->> 'step' as step, step ->> 'note' as note,
            coalesce(jsonb_array_length(step -> 'photos'), 0) as photos, (step ->> 'isUpheld')::bool as "isUpheld",
            (step ->> 'amountMinor')::float8 as "amountMinor",
            case when side = $3 or step ->> 'step' in ('decided', 'appeal-decided') then coalesce(
              (select name from operator o where o.merchant_id = t.merchant_id and o.operator_id = t.actor_id),
              (select name from api_key k where k.merchant_id = t.merchant_id and k.key_id = t.actor_id)) end as name
       from complaint_step t where merchant_id = $1 and complaint_id = $2 order by version`,
    [merchantId, complaintId, side],
  );
  return rows;
}

/** [A1] A picture of a step; null: there is none, or it is none of theirs. */
export async function readComplaintPhoto(
  context: ServerContext,
  reader: ComplaintReader,
  { complaintId, version, at }: { complaintId: string; version: number; at: number },
): Promise<PhotoBytes | null> {
  const { pool } = context.database;
  if ((await readRow(pool, reader, complaintId)) === null) return null;
  const { rows } = await pool.query<{ photo: string | null }>(
    `select step -> 'photos' ->> $4::int4 as photo from complaint_step
      where merchant_id = $1 and complaint_id = $2 and version = $3`,
    [reader.merchantId, complaintId, version, at],
  );
  return photoBytes(rows[0]?.photo ?? null);
}
