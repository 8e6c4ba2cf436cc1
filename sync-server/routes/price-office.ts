import type { Context } from 'hono';
import { auditActor } from '../audit/audit.ts';
import type { OfficeEnv } from '../auth/office-auth.ts';
import type { PriceOffice } from '../prices/price-state.ts';

/** Who changes prices, on a route under `/stores/:store`. */
export function priceOffice(c: Context<OfficeEnv>): PriceOffice {
  const { merchantId, storeId, currency } = c.get('store');
  return { merchantId, storeId, currency, by: auditActor(c) };
}
