import type { PersonalData } from '#schemas/api/personal-data.ts';
import type { Queryable } from '../db/database.ts';
import { readAudit } from './read-audit.ts';

type Sections = PersonalData['sections'];

/** Entries of the audit log that a hand-over holds at most; the newest. */
const maxAuditEntries = 200;

/** Each takes the chain and the person. Nothing secret leaves: no hash, key, token or second factor. */
const personQueries: Readonly<Record<string, string>> = {
  operator: `select operator_id, name, locale, languages, photo, working_hours, pin_hash is not null as has_pin,
                    badge_hash is not null as has_badge, created_at_ms, left_at_ms
               from operator where merchant_id = $1 and operator_id = $2`,
  role_grant: `select scope_type, scope_id, role_id, from_ms, until_ms from role_grant
                where merchant_id = $1 and operator_id = $2 order by from_ms`,
  account_user: `select name, email, username, created_at, updated_at, two_factor_enabled from account_user
                  where merchant_id = $1 and operator_id = $2`,
  account_session: `select s.created_at, s.updated_at, s.expires_at, s.ip_address, s.user_agent
                      from account_session s join account_user u on u.id = s.user_id
                     where u.merchant_id = $1 and u.operator_id = $2 order by s.created_at`,
  account_passkey: `select k.name, k.created_at, k.device_type from account_passkey k
                      join account_user u on u.id = k.user_id where u.merchant_id = $1 and u.operator_id = $2`,
  invitation: `select email, created_at_ms, expires_at_ms, used_at_ms, revoked_at_ms from invitation
                where merchant_id = $1 and operator_id = $2 order by created_at_ms`,
  journal: `select j.store_id, j.kind, count(*) as entries, min(j.occurred_at_ms) as first_at_ms,
                   max(j.occurred_at_ms) as last_at_ms
              from journal j join store s using (store_id)
             where s.merchant_id = $1 and j.document ->> 'operatorId' = $2 group by 1, 2 order by 1, 2`,
};

/** Each takes the store and the member. */
const memberQueries: Readonly<Record<string, string>> = {
  member: `select m.store_id, m.member_id, m.name, m.phone, m.email, m.card_number, m.code, m.tier from member m
            where m.store_id = $1 and m.member_id = $2`,
  member_account: `select a.member_id, a.survivor_id, a.state, a.name, a.phone, a.email, a.card_number, a.code, a.member
                     from member_account a join store s on s.merchant_id = a.merchant_id
                     join member_account g on g.merchant_id = a.merchant_id and g.survivor_id = a.survivor_id
                    where s.store_id = $1 and g.member_id = $2 order by a.member_id`,
  member_act: `select a.store_id, a.entry_id, a.ordered_at_ms, a.fact ->> 'kind' as kind
                 from member_act a join store s on s.merchant_id = a.merchant_id
                where s.store_id = $1 and a.member_id = $2 order by a.ordered_at_ms limit 10000`,
  points_step: `select p.store_id, p.entry_id, p.kind, p.at_ms, p.spend_minor, p.points, p.available_at_ms, p.expires_at_ms
                  from points_step p join store s on s.merchant_id = p.merchant_id
                 where s.store_id = $1 and p.member_id = $2 order by p.at_ms desc limit 10000`,
  coupon_grant: `select g.campaign_id, g.occasion, g.coupon_id, g.granted_at_ms, g.until_ms
                   from coupon_grant g join store s on s.merchant_id = g.merchant_id
                  where s.store_id = $1 and g.member_id = $2 order by g.granted_at_ms`,
  member_profile: `select p.tier, p.available, p.birthday, p.consents, p.latitude, p.longitude, p.last_visit_at_ms from member_profile p
                     join store s on s.merchant_id = p.merchant_id where s.store_id = $1 and p.member_id = $2`,
  member_note: `select n.store_id, n.at_ms, n.text from member_note n join store s on s.merchant_id = n.merchant_id
                 where s.store_id = $1 and n.member_id = $2 order by n.at_ms`,
  retail_transaction: `select t.transaction_id, t.business_day, t.occurred_at_ms, t.currency, t.total_minor
                         from retail_transaction t where t.store_id = $1 and t.member_id = $2
                        order by t.occurred_at_ms desc limit 10000`,
};

/** All that is kept about somebody of the staff. */
export async function collectPerson(database: Queryable, merchantId: string, operatorId: string): Promise<Sections> {
  const sections = await collect(database, personQueries, [merchantId, operatorId]);
  return [...sections, await auditSection(database, { merchantId, storeId: null }, operatorId)];
}

/** All that a store keeps about a member. */
export async function collectMember(
  database: Queryable,
  where: { merchantId: string; storeId: string },
  memberId: string,
): Promise<Sections> {
  const sections = await collect(database, memberQueries, [where.storeId, memberId]);
  return [...sections, await auditSection(database, where, memberId)];
}

async function collect(
  database: Queryable,
  queries: Readonly<Record<string, string>>,
  values: readonly string[],
): Promise<Sections> {
  const sections: Sections = [];
  for (const [table, sql] of Object.entries(queries)) {
    const { rows } = await database.query<Record<string, unknown>>(sql, [...values]);
    if (rows.length > 0) sections.push({ table, rows });
  }
  return sections;
}

/** What was done by them and to them, opened. */
async function auditSection(
  database: Queryable,
  scope: { merchantId: string; storeId: string | null },
  personId: string,
): Promise<Sections[number]> {
  const lists = [{ actor: personId }, { subject: personId }].map((filter) =>
    readAudit(database, scope, { ...filter, limit: maxAuditEntries }),
  );
  const items = (await Promise.all(lists)).flatMap((list) => list.items);
  const own = new Map(items.filter((item) => item.subjectType !== 'entry').map((item) => [item.id, item]));
  const rows = [...own.values()].map(({ atMs, action, actorId, subjectId, address, userAgent, before, after }) => {
    // Somebody else's address is theirs.
    const from = actorId === personId ? { address, userAgent } : {};
    return { at_ms: atMs, action, actor_id: actorId, subject_id: subjectId, ...from, before, after };
  });
  return { table: 'audit_entry', rows };
}
