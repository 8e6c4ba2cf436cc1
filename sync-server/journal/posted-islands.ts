import { gapsOf, maxPostedRanges, type Posted, type SequenceRange, withPosted } from '#schemas/sync/posted.ts';

/**
 * SQL of a scalar, JSON text of `[from, to][]`: what is posted of a till's entries within gaps, or null. The arguments are
 * parameter names: store, till, first and last numbers of the gaps (`gapParameters`). Only the gaps are read, so a till
 * with one entry refused long ago costs nothing more.
 */
export function postedIslandsSql(store: string, till: string, gapsFrom: string, gapsTo: string): string {
  return `(select json_agg(json_build_array(first, last) order by first)::text from (
     select min(sequence) as first, max(sequence) as last from (
       select j.sequence, j.sequence - row_number() over (order by j.sequence) as island
         from unnest(${gapsFrom}::int8[], ${gapsTo}::int8[]) as gap (first, last)
         join journal j on j.store_id = ${store} and j.till_number = ${till} and j.sequence between gap.first and gap.last
        where j.unpostable is null) numbered
      group by island order by first limit ${maxPostedRanges}) islands)`;
}

export function gapParameters(known: Posted): [number[], number[]] {
  const gaps = gapsOf(known);
  return [gaps.map(([from]) => from), gaps.map(([, to]) => to)];
}

/** `known` itself when nothing has come. */
export function withIslands(known: Posted, islands: string | null): Posted {
  return islands === null ? known : withPosted(known, JSON.parse(islands) as SequenceRange[]);
}
