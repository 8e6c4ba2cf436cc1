import type { Queryable } from '../db/database.ts';

type Told = { memberId: string; tier: string };

/** [MT6] Puts on record what tills are told from now on, where it is not what they were told last. */
export async function tellTiers(
  database: Queryable,
  merchantId: string,
  told: readonly Told[],
  nowMs: number,
): Promise<void> {
  if (told.length === 0) return;
  await database.query({
    name: 'tell tiers',
    text: `insert into member_tier_told (merchant_id, member_id, from_ms, tier)
           select $1, k.member_id, $4, k.tier
             from (select distinct on (member_id) member_id, tier from unnest($2::text[], $3::text[]) u(member_id, tier)) k
             left join lateral (select t.tier from member_tier_told t
                                 where t.merchant_id = $1 and t.member_id = k.member_id order by t.from_ms desc limit 1) l on true
            where l.tier is distinct from k.tier
           on conflict do nothing`,
    values: [merchantId, told.map(({ memberId }) => memberId), told.map(({ tier }) => tier), nowMs],
  });
}

/** A ticket's word about its member. */
export type ClaimedTier = { entryId: string; memberId: string; tier: string; recordedAtMs: number };

/**
 * [MT6] Those that nobody was told of before they were recorded. Of whom nothing was ever told nothing can be said; what an import said
 * counts as told always. A till that was offline for long may sell by any tier of before.
 */
export async function unfoundedTiers(
  database: Queryable,
  merchantId: string,
  claims: readonly ClaimedTier[],
): Promise<ClaimedTier[]> {
  if (claims.length === 0) return [];
  const memberIds = [...new Set(claims.map(({ memberId }) => memberId))];
  const { rows } = await database.query<Told & { fromMs: number }>({
    name: 'told tiers',
    text: `select member_id as "memberId", tier, from_ms as "fromMs" from member_tier_told
            where merchant_id = $1 and member_id = any($2::text[])`,
    values: [merchantId, memberIds],
  });
  const { rows: imported } = await database.query<Told>({
    name: 'imported tiers',
    text: `select m.member_id as "memberId", coalesce(m.imported_tier, m.tier) as tier from member m join store s using (store_id)
            where s.merchant_id = $1 and m.member_id = any($2::text[]) and (m.imported_tier is not null or not m.from_journal)`,
    values: [merchantId, memberIds],
  });
  const isImported = new Set(imported.map(({ memberId, tier }) => `${memberId} ${tier}`));
  const told = Map.groupBy(rows, ({ memberId }) => memberId);
  // What is told within the millisecond in which a ticket was recorded came after it, so posting again finds the same (P2).
  return claims.filter(({ memberId, tier, recordedAtMs }) => {
    const before = (told.get(memberId) ?? []).filter(({ fromMs }) => fromMs < recordedAtMs);
    if (before.length === 0 || isImported.has(`${memberId} ${tier}`)) return false;
    return !before.some((one) => one.tier === tier);
  });
}
