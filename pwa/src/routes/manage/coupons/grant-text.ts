import { m } from '#pwa/paraglide/messages.js';
import type { CampaignList } from '#schemas/api/coupons.ts';

/** Whom a campaign gives coupons by itself. */
export function grantText({ grantRule }: Pick<CampaignList['campaigns'][number], 'grantRule'>): string {
  switch (grantRule?.kind) {
    case 'everyone':
      return m.campaign_gives_everyone();
    case 'tier':
      return m.campaign_to_tier({ tier: grantRule.tier });
    case 'birthday':
      return m.campaign_gives_birthday();
    default:
      return m.campaign_by_hand();
  }
}
