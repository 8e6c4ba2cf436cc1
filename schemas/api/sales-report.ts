import { z } from 'zod';
import { currencySchema } from '../money/money.ts';
import { dimensions, measureIds, type SumId, sumIds } from '../reports/measures.ts';
import { namesSchema, text } from '../text.ts';
import { pageMarkSchema, transactionSummarySchema } from './transactions.ts';

export const maxReportDays = 1_100;
export const maxReportRows = 500;
/** Rows of a file; what a spreadsheet still opens quickly. */
export const maxFileRows = 100_000;

/** What a report can be narrowed to: keys of its rows. An empty one is what has none, such as an open item. */
export const filterIds = [
  'hour',
  'store',
  'category',
  'brand',
  'sku',
  'channel',
  'operator',
  'till',
  'tier',
  'promotion',
  'tender',
  'tax',
] as const;
export type FilterId = (typeof filterIds)[number];
const keySchema = text(100);
const filters = Object.fromEntries(filterIds.map((id) => [id, keySchema.optional()])) as Record<
  FilterId,
  z.ZodOptional<typeof keySchema>
>;

/**
 * `GET /api/stores/:store/reports/sales?by=&from=&to=…` (right `read-reports`), and of all stores of a chain `GET /api/reports/sales`
 * (the right in the chain): business days, both included. `…/sales/file?format=csv|xlsx&…`: all rows, amounts as decimals.
 */
export const salesReportQuerySchema = z.object({
  by: z.enum(dimensions),
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  compare: z.enum(['none', 'before', 'year']).default('none'),
  /** The store's own, of a chain the one most sold in. */
  currency: currencySchema.optional(),
  /** Rows whose name or key has it. */
  q: text(100).optional(),
  /** `key`: in the order of their keys, as days and hours are. */
  sort: z.enum([...measureIds, 'key', 'name']).optional(),
  dir: z.enum(['up', 'down']).optional(),
  limit: z.coerce.number().int().min(1).max(maxReportRows).default(100),
  offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
  locale: z.enum(['en', 'zh-Hans', 'zh-Hant']).default('en'),
  ...filters,
});
export type SalesReportQuery = z.infer<typeof salesReportQuerySchema>;

export const salesFileQuerySchema = salesReportQuerySchema.extend({ format: z.enum(['csv', 'xlsx']) });

/** `GET …/reports/tickets?from=&to=…`: the tickets behind a figure, the latest first. */
export const reportTicketsQuerySchema = salesReportQuerySchema
  .pick({ from: true, to: true, currency: true })
  .extend({ ...filters, before: pageMarkSchema.optional() });
export type ReportTicketsQuery = z.infer<typeof reportTicketsQuerySchema>;

const sumSchema = z.number().int();
export const sumsSchema = z.object(
  Object.fromEntries(sumIds.map((id) => [id, sumSchema])) as Record<SumId, typeof sumSchema>,
);

export const salesRowSchema = z.object({
  key: z.string(),
  /** Of what has a name: goods in languages, people and stores as they are called. */
  names: z.union([namesSchema, z.string()]).nullable(),
  sums: sumsSchema,
  /** Of the period that it is compared with; null: nothing then, or no comparison. */
  before: sumsSchema.nullable(),
});
export type SalesRow = z.infer<typeof salesRowSchema>;

export const salesReportSchema = z.object({
  by: z.enum(dimensions),
  from: z.iso.date(),
  to: z.iso.date(),
  /** What it is compared with. */
  before: z.object({ from: z.iso.date(), to: z.iso.date() }).nullable(),
  currency: currencySchema,
  /** All currencies of these days. */
  currencies: z.array(currencySchema),
  /** Of all rows, those of other pages too. A ticket counts once. */
  total: sumsSchema,
  totalBefore: sumsSchema.nullable(),
  rows: z.array(salesRowSchema),
  /** How many rows there are. */
  count: z.number().int(),
  /** Stores' days that are still being added up. */
  behind: z.number().int(),
  /** Days of which some came late, the latest first; at most 31. */
  lateDays: z.array(z.object({ day: z.string(), tickets: z.number().int(), amountMinor: z.number().int() })),
});
export type SalesReport = z.infer<typeof salesReportSchema>;

export const reportTicketsSchema = z.object({
  transactions: z.array(transactionSummarySchema.extend({ storeId: z.string() })),
  next: pageMarkSchema.nullable(),
});
export type ReportTickets = z.infer<typeof reportTicketsSchema>;
