/**
 * [MS3] Whether a member is held out of a campaign, to see what it does: by their id and the campaign's alone, so that asking twice
 * tells the same, and another campaign holds out others. FNV-1a, 32 bits.
 */
export function isHeldOut(campaignId: string, memberId: string, percent: number): boolean {
  let hash = 0x811c9dc5;
  for (const character of `${campaignId}\n${memberId}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  // Its low bits alone repeat too soon.
  hash ^= hash >>> 15;
  return (Math.imul(hash, 0x2c1b3c6d) >>> 0) % 100 < percent;
}
