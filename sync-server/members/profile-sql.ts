/** What a row of `member_profile` (`p`) says of a window that is open to now: of all, less what it was when the window begins. */
export function sumSince(what: 'spent_so_far_minor' | 'visits_so_far', since: string): string {
  const before = `coalesce(p.${what}[width_bucket(${since}, p.at_ms)], 0)`;
  return `coalesce(p.${what}[cardinality(p.at_ms)] - ${before}, 0)`;
}
