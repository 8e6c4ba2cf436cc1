import { z } from 'zod';
import { currencySchema } from '../money/money.ts';
import { type CustomerSumId, customerBys, customerSumIds } from '../reports/customer-measures.ts';
import { namesSchema } from '../text.ts';

/** A year, and its leap day. */
export const maxCustomerDays = 366;

const daysSchema = z.object({ from: z.iso.date().optional(), to: z.iso.date().optional() });
/**
 * `GET /api/stores/:store/reports/customers?by=&from=&to=` (right `read-reports`): what a store's customers did, in groups; nobody is
 * told by name. `…/customers/cohorts`, `…/customers/pairs`, `…/customers/missed` tell the rest, each also as a file
 * (`…/customers/file?of=groups|cohorts|pairs|missed&format=csv|xlsx`).
 */
export const customerReportQuerySchema = daysSchema.extend({ by: z.enum(customerBys).default('kind') });
export const customerDaysQuerySchema = daysSchema;
export const customerFileQuerySchema = customerReportQuerySchema.extend({
  of: z.enum(['groups', 'cohorts', 'pairs', 'missed']),
  format: z.enum(['csv', 'xlsx']),
  locale: z.enum(['en', 'zh-Hans', 'zh-Hant']).default('en'),
});

const sumSchema = z.number();
const sumsSchema = z.object(
  Object.fromEntries(customerSumIds.map((id) => [id, sumSchema])) as Record<CustomerSumId, typeof sumSchema>,
);
const headSchema = z.object({ from: z.iso.date(), to: z.iso.date(), currency: currencySchema });
const countSchema = z.number().int();

export const customerReportSchema = headSchema.extend({
  by: z.enum(customerBys),
  total: sumsSchema,
  rows: z.array(z.object({ key: z.string(), sums: sumsSchema })),
});
export type CustomerReport = z.infer<typeof customerReportSchema>;
export type CustomerRow = CustomerReport['rows'][number];

/** Of those who bought first in a month, how many bought in it and in each month after. */
export const cohortReportSchema = headSchema.extend({
  rows: z.array(z.object({ month: z.string(), customers: z.array(countSchema) })),
});
export type CohortReport = z.infer<typeof cohortReportSchema>;

const articleSchema = z.object({ skuId: z.string(), names: namesSchema.nullable() });
/** Articles on one ticket, by how much more often than by chance. */
export const pairReportSchema = headSchema.extend({
  visits: countSchema,
  rows: z.array(
    z.object({
      ...{
        first: articleSchema.extend({ tickets: countSchema }),
        second: articleSchema.extend({ tickets: countSchema }),
      },
      both: countSchema,
    }),
  ),
});
export type PairReport = z.infer<typeof pairReportSchema>;

/** What lay in baskets that were put aside, quoted or kept, and was not in what was bought of them. */
export const missedReportSchema = headSchema.extend({
  rows: z.array(
    articleSchema.extend({
      baskets: countSchema,
      pieces: countSchema,
      valueMinor: countSchema,
      /** Now; nothing left says why. */
      onHand: countSchema,
    }),
  ),
});
export type MissedReport = z.infer<typeof missedReportSchema>;
