import type { Member } from '#schemas/members/member-fold.ts';
import type { MemberRules } from '#schemas/members/member-rules.ts';
import { type PointsBalance, pointsAt } from '#schemas/members/points.ts';
import { pointsStepOf, type StoredStep, tierEventsOf } from '#schemas/members/points-ledger.ts';
import { type TierStanding, tierAt } from '#schemas/members/tiers.ts';
import type { Queryable } from '../db/database.ts';

/** A person with all their ids. `baseTier`: what an import gave them; empty: they came by no import, or without one. */
export type Person = {
  memberId: string;
  memberIds: readonly string[];
  enrolledAtMs: number | null;
  baseTier: string;
  /** Null: of an import, without any entry. */
  member: Member | null;
};
export type Standing = { points: PointsBalance | null; tier: TierStanding | null };

/** The ledger of these ids in all stores of the chain, by id. */
export async function readSteps(
  database: Queryable,
  merchantId: string,
  memberIds: readonly string[],
): Promise<Map<string, StoredStep[]>> {
  const { rows } = await database.query<StoredStep>({
    name: 'steps of members',
    text: `select store_id as "storeId", entry_id as "entryId", step_number as "stepNumber", member_id as "memberId", kind,
                  at_ms as "atMs", spend_minor as "spendMinor", visits, points, available_at_ms as "availableAtMs",
                  expires_at_ms as "expiresAtMs", lot_entry_id as "lotEntryId", lot_number as "lotNumber"
             from points_step where merchant_id = $1 and member_id = any($2::text[])`,
    values: [merchantId, memberIds],
  });
  return Map.groupBy(rows, ({ memberId }) => memberId);
}

/** Who these ids lead to; each person once. Who was erased, and ids that nobody enrolled, are nobody. */
export async function readPersons(
  database: Queryable,
  merchantId: string,
  memberIds: readonly string[],
): Promise<Map<string, Person>> {
  type Row = { asked: string; memberId: string; member: Member | null; baseTier: string | null };
  const { rows } = await database.query<Row>({
    name: 'persons of members',
    text: `select k.member_id as asked, coalesce(s.member_id, k.member_id) as "memberId", s.member,
                  (select max(coalesce(m.imported_tier, case when m.from_journal then '' else m.tier end)) from member m join store t on t.store_id = m.store_id
                    where t.merchant_id = $1 and m.member_id = coalesce(s.member_id, k.member_id) and not m.deleted) as "baseTier"
             from unnest($2::text[]) k(member_id)
             left join member_account a on a.merchant_id = $1 and a.member_id = k.member_id
             left join member_account s on s.merchant_id = $1 and s.member_id = a.survivor_id
            where coalesce(s.state, 'base') not in ('erased', 'unknown')`,
    values: [merchantId, memberIds],
  });
  return new Map(
    rows.flatMap(({ asked, memberId, member, baseTier }) => {
      // Neither an account nor a row in any store.
      if (member === null && baseTier === null) return [];
      const enrolledAtMs = member?.enrolledAtMs ?? null;
      const ids = member?.memberIds ?? [memberId];
      return [[asked, { memberId, memberIds: ids, enrolledAtMs, baseTier: baseTier ?? '', member }]];
    }),
  );
}

/** [MP3] [MT1] A person's points and tier from their whole history. */
export function standingOf(
  { enrolledAtMs, baseTier }: Person,
  steps: readonly StoredStep[],
  rules: MemberRules,
  nowMs: number,
): Standing {
  const points = rules.points === null ? null : pointsAt(steps.map(pointsStepOf), nowMs);
  if (rules.tiers === null) return { points, tier: null };
  const events = tierEventsOf(steps);
  const sinceMs = enrolledAtMs ?? events.reduce((first, { atMs }) => Math.min(first, atMs), nowMs);
  const tier = tierAt(sinceMs, events, rules.tiers, nowMs);
  // [MT4] What an import gave is theirs, also when they became one with somebody who was enrolled here: they go up alone. A tier that the
  // rules do not name stays until they reach one that the rules do.
  const levelOf = (name: string) => rules.tiers?.tiers.findIndex(({ tier }) => tier === name) ?? -1;
  const isKept = baseTier !== '' && levelOf(baseTier) >= levelOf(tier.tier);
  return { points, tier: isKept ? { ...tier, tier: baseTier } : tier };
}

/** When points expire or come out of waiting next; null: none do. */
export function pointsDueAtMs({ points }: Standing, steps: readonly StoredStep[], nowMs: number): number | null {
  if (points === null) return null;
  const waiting = steps.map(({ availableAtMs }) => availableAtMs).filter((atMs) => atMs > nowMs);
  const due = Math.min(points.next?.atMs ?? Number.POSITIVE_INFINITY, ...waiting);
  return Number.isFinite(due) ? due : null;
}
