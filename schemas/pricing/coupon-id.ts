import { z } from 'zod';

// A coupon id on a ticket is a word that many know (`WELCOME10`), or one code of a campaign: `<campaign>/<serial>`.

/** A campaign is the promotion of that id: `<campaign>/` among its coupons stands for each of its codes, and is none itself. */
export const campaignIdSchema = z.string().regex(/^[0-9a-z-]{4,20}$/);
export const mostCodes = 1_000_000;

export function campaignTrigger(campaignId: string): string {
  return `${campaignId}/`;
}

export function codeOf(campaignId: string, serial: number): string {
  return `${campaignId}/${serial.toString(36)}`;
}

/** [CP1] Which code of which campaign; null: it is a word, or nothing. */
export function campaignCodeOf(couponId: string): { campaignId: string; serial: number } | null {
  const [, campaignId = '', digits = ''] = /^([0-9a-z-]{4,20})\/([1-9a-z][0-9a-z]{0,5})$/.exec(couponId) ?? [];
  return campaignId === '' ? null : { campaignId, serial: Number.parseInt(digits, 36) };
}

/** Whether a promotion that names these is opened by what was presented. */
export function isOpenedBy(named: readonly string[], presented: string): boolean {
  const code = campaignCodeOf(presented);
  if (code !== null) return named.includes(campaignTrigger(code.campaignId));
  return !presented.endsWith('/') && named.includes(presented);
}
