import type { Member } from '#schemas/members/member-fold.ts';
import { type StoredStep, tierEventsOf } from '#schemas/members/points-ledger.ts';
import { degreesOf } from '#schemas/members/position.ts';
import type { memberProfile } from '../db/tables-points.ts';

/** A row of `member_profile`, without whose it is. */
export type Profile = Omit<typeof memberProfile.$inferSelect, 'merchantId' | 'memberId' | 'tier' | 'available'>;

/** [MS6] What segments ask of a person: a function of the account (null: an import's) and the ledger, so it is the same made anew (P2). */
export function profileOf(member: Member | null, steps: readonly StoredStep[]): Profile {
  const position = member?.person.position ?? null;
  const { latitude, longitude } = position === null ? { latitude: null, longitude: null } : degreesOf(position);
  const consents = Object.entries(member?.consents ?? {}).filter(([, { isGiven }]) => isGiven);
  return {
    birthday: member?.person.birthday?.slice(-5) ?? null,
    consents: consents.map(([purpose]) => purpose).sort(),
    ...{ latitude, longitude },
    ...historyOf(steps),
  };
}

type History = Pick<Profile, 'lastVisitAtMs' | 'atMs' | 'spentSoFarMinor' | 'visitsSoFar' | 'pointsSoFar'>;

/** Sums so far by moment: what lies within a window is the last less the one before it (segment-sql). */
function historyOf(steps: readonly StoredStep[]): History {
  const history: History = { lastVisitAtMs: null, atMs: [], spentSoFarMinor: [], visitsSoFar: [], pointsSoFar: [] };
  let [spentMinor, visits, points] = [0, 0, 0];
  for (const event of tierEventsOf(steps).toSorted((a, b) => a.atMs - b.atMs)) {
    spentMinor += event.spendMinor;
    visits += event.visits;
    points += event.points;
    // What happens at one moment is one.
    const at = history.atMs.at(-1) === event.atMs ? history.atMs.length - 1 : history.atMs.length;
    history.atMs[at] = event.atMs;
    history.spentSoFarMinor[at] = spentMinor;
    history.visitsSoFar[at] = visits;
    history.pointsSoFar[at] = points;
  }
  for (const { atMs, visits: ofStep } of steps) {
    if (ofStep > 0) history.lastVisitAtMs = Math.max(history.lastVisitAtMs ?? atMs, atMs);
  }
  return history;
}
