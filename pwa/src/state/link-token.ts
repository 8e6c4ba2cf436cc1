import { linkTokenSchema } from '#schemas/api/invitations.ts';

/**
 * The token of a link, which stands behind the `#`: it is sent to no server by opening the page, so it is in no log. Null
 * when there is none that could be ours.
 */
export function tokenOfLink(hash: string): string | null {
  const read = linkTokenSchema.safeParse(hash.replace(/^#/, ''));
  return read.success ? read.data : null;
}
