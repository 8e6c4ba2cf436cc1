import { z } from 'zod';

/** What a store has chosen about its prices; a till of before these rules were known keeps its price and rounds by line. */
export const pricingRulesSchema = z.object({
  /** Where tax is rounded (ticket-tax.ts). */
  rounding: z.enum(['line', 'ticket']),
  /** When the web shop is seen to ask another price while a ticket is open: take it, keep the shop's, or ask the clerk. */
  onlineRule: z.enum(['take-online', 'keep', 'ask']),
});
export type PricingRules = z.infer<typeof pricingRulesSchema>;

export const defaultPricingRules: PricingRules = { rounding: 'line', onlineRule: 'keep' };
