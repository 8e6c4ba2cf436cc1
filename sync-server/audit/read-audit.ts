import type { AuditItem, AuditList, AuditQuery } from '#schemas/api/audit.ts';
import { entryId } from '#schemas/journal/envelope.ts';
import type { Queryable } from '../db/database.ts';
import { auditIdAt, sealPlace } from './audit.ts';
import { readPersonKeys, type SealedPersonal, unseal } from './personal-seal.ts';

/** What is asked about: a store, or the chain (null). */
export type AuditScope = { merchantId: string; storeId: string | null };

type Side = Record<string, unknown> | null;
type Row = Omit<AuditItem, 'erased'> & { sequence: number | null };

/** As text, the id of an entry sorts by its place in the store's journal. */
const journalId = `lpad(j.journal_seq::text, 16, '0') || '-' || j.store_id`;

/**
 * Both logs as one time line, by when the server put things on record. Each source is read backwards along its index: the
 * audit log by its id, which begins with the time, a store's journal by its position, which rises with the time.
 */
const auditSql = `
  with people as (
    select operator_id from operator
     where merchant_id = $1 and $8::text is not null and position(lower($8) in lower(name)) > 0),
  office as (
    select audit_id as id, at_ms, null::int8 as occurred_at_ms, store_id, actor_type, actor_id, null::int as till_number,
           null::int8 as sequence, address, user_agent, action, subject_type, subject_id, before, after
      from audit_entry
     where merchant_id = $1 and ($2::text is null or store_id = $2)
       and ($3::text is null or actor_id = $3) and ($4::text is null or action = $4)
       and ($5::text is null or subject_id = $5) and audit_id >= $11 and audit_id < $12
       and at_ms >= $6 and (at_ms, audit_id) < ($7, $9)
       and ($8::text is null or actor_id in (select operator_id from people)
            or subject_id in (select operator_id from people)
            or position(lower($8) in lower(concat_ws(' ', action, actor_id, subject_type, subject_id, address,
                                                     before::text, after::text))) > 0)
     order by audit_id desc limit $10),
  entries as (
    select e.* from store s cross join lateral (
      select ${journalId} as id, j.recorded_at_ms as at_ms, j.occurred_at_ms, j.store_id, 'person' as actor_type,
             j.document ->> 'operatorId' as actor_id, j.till_number, j.sequence, null as address, null as user_agent,
             j.kind as action, 'entry' as subject_type, '' as subject_id, null::jsonb as before, null::jsonb as after
        from journal j
       where j.store_id = s.store_id and j.recorded_at_ms >= $6
         and (j.recorded_at_ms, ${journalId}) < ($7, $9)
         and ($3::text is null or j.document ->> 'operatorId' = $3) and ($4::text is null or j.kind = $4)
         and ($5::text is null or lpad(j.till_number::text, 4, '0') || '-' || lpad(j.sequence::text, 9, '0') = $5)
         and ($8::text is null or j.document ->> 'operatorId' in (select operator_id from people)
              or position(lower($8) in concat_ws(' ', j.kind, j.document ->> 'operatorId',
                   lpad(j.till_number::text, 4, '0') || '-' || lpad(j.sequence::text, 9, '0'))) > 0)
       order by j.journal_seq desc limit $10) e
     where s.merchant_id = $1 and ($2::text is null or s.store_id = $2))
  select a.id, a.at_ms as "atMs", a.occurred_at_ms as "occurredAtMs", a.store_id as "storeId", s.name as "storeName",
         a.actor_type as "actorType", a.actor_id as "actorId", coalesce(o.name, k.name) as "actorName",
         a.till_number as "tillNumber", t.name as "tillName", a.sequence, a.address, a.user_agent as "userAgent",
         a.action, a.subject_type as "subjectType", a.subject_id as "subjectId", a.before, a.after,
         case a.subject_type when 'person' then p.name when 'till' then st.name when 'key' then sk.name
                             when 'member' then m.name when 'supplier' then su.name end as "subjectName"
    from (select * from office union all select * from entries order by at_ms desc, id desc limit $10) a
    left join store s on s.store_id = a.store_id
    left join operator o on o.merchant_id = $1 and o.operator_id = a.actor_id and o.erased_at_ms is null
    left join api_key k on k.merchant_id = $1 and k.key_id = a.actor_id
    left join till t on t.store_id = a.store_id and t.till_number = a.till_number
    left join operator p on p.merchant_id = $1 and p.operator_id = a.subject_id and p.erased_at_ms is null
    left join supplier su on a.subject_type = 'supplier' and su.merchant_id = $1 and su.supplier_id = a.subject_id
    left join till st on a.subject_type = 'till' and st.store_id = a.store_id and st.till_number::text = a.subject_id
    left join api_key sk on sk.merchant_id = $1 and sk.key_id = a.subject_id
    left join member m on m.store_id = a.store_id and m.member_id = a.subject_id and not m.deleted
   order by a.at_ms desc, a.id desc`;

const endOfTimeMs = 8_640_000_000_000_000;

/** A page of the time line, latest first, with what is personal in it opened as far as the people are not erased. */
export async function readAudit(database: Queryable, scope: AuditScope, query: AuditQuery): Promise<AuditList> {
  const { merchantId, storeId } = scope;
  const { fromMs = 0, untilMs = endOfTimeMs, limit } = query;
  const [markMs = '', ...markId] = query.before?.split('_') ?? [];
  const mark = query.before === undefined ? { atMs: untilMs, id: '' } : { atMs: Number(markMs), id: markId.join('_') };
  const { rows } = await database.query<Row>({
    name: 'read audit',
    text: auditSql,
    values: [
      ...[merchantId, storeId, query.actor ?? null, query.action ?? null, query.subject ?? null],
      ...[fromMs, mark.atMs, query.text || null, mark.id, limit + 1, auditIdAt(fromMs), auditIdAt(mark.atMs + 1)],
    ],
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next = rows.length > limit && last ? `${last.atMs}_${last.id}` : null;
  return { items: await opened(database, merchantId, page), next };
}

async function opened(database: Queryable, merchantId: string, rows: readonly Row[]): Promise<AuditItem[]> {
  const people = rows.flatMap(({ before, after }) => [before, after].map((side) => sealedIn(side)?.personId ?? null));
  const keys = await readPersonKeys(
    database,
    merchantId,
    people.filter((id) => id !== null),
  );
  return rows.map(({ sequence, ...row }) => {
    const sides = (['before', 'after'] as const).map((name) => openSide(row[name], keys, merchantId, row.id, name));
    const [before = null, after = null] = sides.map((side) => side.value);
    const subjectId = sequence !== null && row.tillNumber !== null ? entryId(row.tillNumber, sequence) : row.subjectId;
    return { ...row, subjectId, before, after, erased: sides.some((side) => side.erased) };
  });
}

function openSide(
  side: Side,
  keys: ReadonlyMap<string, Buffer>,
  merchantId: string,
  auditId: string,
  name: 'before' | 'after',
): { value: Side; erased: boolean } {
  const sealed = sealedIn(side);
  if (sealed === null) return { value: side, erased: false };
  const { personal: _sealed, ...plain } = side ?? {};
  const key = keys.get(sealed.personId);
  const value = key ? unseal(key, sealPlace(merchantId, auditId, name), sealed.sealed) : null;
  return { value: { ...plain, ...value }, erased: value === null };
}

function sealedIn(side: Side): SealedPersonal | null {
  const personal = side?.personal as Partial<SealedPersonal> | undefined;
  const { personId, sealed } = personal ?? {};
  return typeof personId === 'string' && typeof sealed === 'string' ? { personId, sealed } : null;
}
