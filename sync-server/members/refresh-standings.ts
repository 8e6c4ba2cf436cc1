import type { MemberRules } from '#schemas/members/member-rules.ts';
import type { StoredStep } from '#schemas/members/points-ledger.ts';
import type { ServerContext } from '../context.ts';
import { heldOf, readHeldCoupons } from '../coupons/held-coupons.ts';
import type { memberStanding } from '../db/tables-points.ts';
import { currentMemberRules } from './member-rules.ts';
import { profileOf } from './profile.ts';
import { type Person, pointsDueAtMs, readPersons, readSteps, standingOf } from './standing.ts';
import { tellTiers } from './told-tiers.ts';
import { clearStandings, keepStandings, type WorkedStanding, writeStandingRows } from './write-standings.ts';

const batchMembers = 500;
/** Found at once: where a whole chain is due at one moment, each look reads all of them. */
const foundMembers = 40 * batchMembers;

type Due = Pick<typeof memberStanding.$inferSelect, 'merchantId' | 'memberId' | 'marks'>;

/**
 * Works out the standing of everybody for whom it is due, and tells the tills of all stores that hold them. Idempotent: two servers
 * that take the same people write the same. Answers how many.
 */
export async function refreshStandings(context: ServerContext, signal?: AbortSignal): Promise<number> {
  let done = 0;
  while (!signal?.aborted) {
    const { rows } = await context.database.pool.query<Due>({
      name: 'due standings',
      text: `select merchant_id as "merchantId", member_id as "memberId", marks from member_standing
              where due_at_ms <= $1 order by due_at_ms, merchant_id, member_id limit ${foundMembers}`,
      values: [context.nowMs()],
    });
    for (let first = 0; first < rows.length && !signal?.aborted; first += batchMembers) {
      const batch = rows.slice(first, first + batchMembers);
      for (const [merchantId, due] of Map.groupBy(batch, (row) => row.merchantId)) {
        await refreshChain(context, merchantId, due);
      }
      done += batch.length;
    }
    if (rows.length < foundMembers) break;
  }
  return done;
}

async function refreshChain(context: ServerContext, merchantId: string, due: readonly Due[]): Promise<void> {
  const { pool } = context.database;
  const nowMs = context.nowMs();
  const rules = await currentMemberRules(pool, merchantId);
  const asked = await readPersons(
    pool,
    merchantId,
    due.map(({ memberId }) => memberId),
  );
  // What is said of another id of theirs is said of who goes on.
  const persons = [...new Map([...asked.values()].map((person) => [person.memberId, person])).values()];
  const marks = await readMarks(
    context,
    merchantId,
    persons.map(({ memberId }) => memberId),
  );
  // After the marks were read: what is posted from here on marks again.
  const steps = await readSteps(pool, merchantId, [...new Set(persons.flatMap(({ memberIds }) => memberIds))]);
  const held = await readHeldCoupons(
    pool,
    merchantId,
    [...new Set(persons.flatMap(({ memberIds }) => memberIds))],
    nowMs,
  );
  const worked = persons.map((person) => {
    const own = person.memberIds.flatMap((memberId) => steps.get(memberId) ?? []);
    return {
      coupons: heldOf(held, person.memberIds),
      memberIds: person.memberIds,
      profile: person.member?.state === 'left' ? null : profileOf(person.member, own),
      ...workOut(person, own, { rules, nowMs, marks: marks.get(person.memberId) ?? 0 }),
    };
  });
  // Before any till hears of it.
  await tellTiers(
    pool,
    merchantId,
    worked.flatMap(({ tier, memberIds }) => (tier === null ? [] : memberIds.map((memberId) => ({ memberId, tier })))),
    context.nowMs(),
  );
  await writeStandingRows(context, merchantId, worked, rules);
  await keepStandings(pool, merchantId, worked);
  await clearStandings(
    pool,
    merchantId,
    due.filter(({ memberId }) => asked.get(memberId)?.memberId !== memberId),
  );
}

async function readMarks(
  context: ServerContext,
  merchantId: string,
  memberIds: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await context.database.pool.query<Due>({
    name: 'marks of standings',
    text: `select member_id as "memberId", marks from member_standing
            where merchant_id = $1 and member_id = any($2::text[])`,
    values: [merchantId, memberIds],
  });
  return new Map(rows.map(({ memberId, marks }) => [memberId, marks]));
}

type Moment = { rules: MemberRules; nowMs: number; marks: number };

function workOut(
  person: Person,
  steps: readonly StoredStep[],
  { rules, nowMs, marks }: Moment,
): Omit<WorkedStanding, 'coupons' | 'profile'> {
  const standing = standingOf(person, steps, rules, nowMs);
  const pointsAtMs = pointsDueAtMs(standing, steps, nowMs);
  const nextReviewAtMs = person.enrolledAtMs === null ? null : (standing.tier?.nextReviewAtMs ?? null);
  const moments = [pointsAtMs, nextReviewAtMs].filter((atMs) => atMs !== null);
  return {
    memberId: person.memberId,
    marks,
    tier: standing.tier?.tier ?? null,
    tierSinceMs: standing.tier?.sinceMs ?? null,
    nextReviewAtMs,
    available: standing.points?.available ?? null,
    pointsDueAtMs: pointsAtMs,
    dueAtMs: moments.length === 0 ? null : Math.min(...moments),
  };
}
