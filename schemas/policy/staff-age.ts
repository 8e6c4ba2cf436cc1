import { type Right, rights } from './rights.ts';

/** After this long without the server a till's staff list may name people who have left. */
export const staffListFreshMs = 24 * 60 * 60_000;

/** Whether a second person may approve it by a staff list of this age: an old list is good for small things only. */
export function mayApproveAtAge(right: Right, staffListAgeMs: number): boolean {
  return staffListAgeMs <= staffListFreshMs || rights[right].isLowRisk;
}
