import { z } from 'zod';
import { assert } from '../assert.ts';
import { maxSequence, sequenceSchema } from '../journal/envelope.ts';

/** From … to, both included. */
export const sequenceRangeSchema = z.tuple([sequenceSchema, sequenceSchema]);
export type SequenceRange = z.infer<typeof sequenceRangeSchema>;

/** So many gaps are told apart; what lies beyond the last of them counts as waiting until the earlier ones are filled. */
export const maxPostedRanges = 1_000;

/**
 * A till's own entries that are posted: 1 … through, and ranges beyond a gap (an entry that is missing, refused or kept
 * unposted), ascending, apart from each other and from `through`.
 */
export const postedSchema = z.object({
  through: z.number().int().min(0).max(maxSequence),
  beyond: z.array(sequenceRangeSchema).max(maxPostedRanges),
});
export type Posted = z.infer<typeof postedSchema>;

export const nothingPosted: Posted = { through: 0, beyond: [] };

export function isPosted({ through, beyond }: Posted, sequence: number): boolean {
  return sequence <= through || beyond.some(([from, to]) => from <= sequence && sequence <= to);
}

/** The highest number that is posted, 0 for none. */
export function lastPosted({ through, beyond }: Posted): number {
  return beyond.at(-1)?.[1] ?? through;
}

/** The numbers that are not posted, as ranges; the last one is open to `maxSequence`. */
export function gapsOf({ through, beyond }: Posted): SequenceRange[] {
  const gaps: SequenceRange[] = [];
  let from = through + 1;
  for (const [start, end] of beyond) {
    gaps.push([from, start - 1]);
    from = end + 1;
  }
  if (from <= maxSequence) gaps.push([from, maxSequence]);
  return gaps;
}

/** Adds ranges that were not posted before, in any order; touching ranges become one. */
export function withPosted(posted: Posted, added: readonly SequenceRange[]): Posted {
  const all = [...posted.beyond, ...added].sort((a, b) => a[0] - b[0]);
  let { through } = posted;
  const beyond: SequenceRange[] = [];
  for (const [from, to] of all) {
    assert(from > through && from <= to && from > (beyond.at(-1)?.[1] ?? 0), 'posted ranges do not overlap');
    const last = beyond.at(-1);
    if (from === through + 1) through = to;
    else if (last && last[1] === from - 1) last[1] = to;
    else beyond.push([from, to]);
  }
  return { through, beyond: beyond.slice(0, maxPostedRanges) };
}

/** Whether something that was posted is so no longer: the server was restored from a backup. */
export function wentBack(before: Posted, now: Posted): boolean {
  if (before.through > now.through) return true;
  return before.beyond.some(
    ([from, to]) =>
      to > now.through && !now.beyond.some(([start, end]) => start <= Math.max(from, now.through + 1) && to <= end),
  );
}
