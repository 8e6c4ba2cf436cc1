import { z } from 'zod';
import { currencySchema, minorSchema } from '../money/money.ts';
import { type PeopleSumId, peopleSumIds } from '../reports/people-measures.ts';

/** A quarter: what is asked of tickets is read from them. */
export const maxPeopleDays = 92;

/** `GET /api/stores/:store/reports/people?from=&to=` (right `read-reports`): what people did. `…/people/file?format=csv|xlsx&…`. */
export const peopleReportQuerySchema = z.object({ from: z.iso.date().optional(), to: z.iso.date().optional() });
export const peopleFileQuerySchema = peopleReportQuerySchema.extend({ format: z.enum(['csv', 'xlsx']) });

const sumSchema = z.number();
const sumsSchema = z.object(
  Object.fromEntries(peopleSumIds.map((id) => [id, sumSchema])) as Record<PeopleSumId, typeof sumSchema>,
);
export const peopleReportSchema = z.object({
  from: z.iso.date(),
  to: z.iso.date(),
  currency: currencySchema,
  total: sumsSchema,
  /** By name. */
  rows: z.array(z.object({ operatorId: z.string(), name: z.string(), sums: sumsSchema })),
  behind: z.number().int(),
});
export type PeopleReport = z.infer<typeof peopleReportSchema>;
export type PeopleRow = PeopleReport['rows'][number];

/** `GET …/reports/people/tickets?operator=&kind=&from=&to=`: the tickets behind a figure, the latest 100. */
export const peopleTicketKinds = ['void', 'discount', 'back'] as const;
export const peopleTicketsQuerySchema = peopleReportQuerySchema.extend({
  operator: z.string().max(100),
  kind: z.enum(peopleTicketKinds),
});
export const peopleTicketsSchema = z.object({
  tickets: z.array(
    z.object({
      entryId: z.string(),
      occurredAtMs: z.number().int(),
      /** What was voided, taken off or given back. */
      amountMinor: minorSchema,
      currency: currencySchema,
    }),
  ),
});
export type PeopleTickets = z.infer<typeof peopleTicketsSchema>;
