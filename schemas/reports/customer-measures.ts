// What a store's customers did, defined once. A customer is a member, and of members who were merged the one who goes on; a visit is
// a ticket on which something was sold. Tickets that were voided, and those that void them, are no visits and no turnover here.

/** Whom the rows tell apart. `nobody`: tickets of no member, so that the rows of each come to the whole. */
export const customerBys = ['kind', 'tier', 'frequency', 'rfm', 'brand'] as const;
export type CustomerBy = (typeof customerBys)[number];

export const customerSumIds = [
  'customers',
  'newCustomers',
  'againCustomers',
  'visits',
  'memberVisits',
  'units',
  'netMinor',
  'memberNetMinor',
] as const;
export type CustomerSumId = (typeof customerSumIds)[number];
export type CustomerSums = Readonly<Record<CustomerSumId, number>>;

type Parts = Readonly<Partial<Record<CustomerSumId, number>>>;
export type CustomerMeasure = {
  unit: 'count' | 'money' | 'share' | 'ratio';
  source: 'tickets';
  of: Parts;
  per?: Parts;
};
const asItIs = (id: CustomerSumId, unit: CustomerMeasure['unit']): CustomerMeasure => ({
  ...{ unit, source: 'tickets' },
  of: { [id]: 1 },
});
const ratio = (unit: CustomerMeasure['unit'], of: CustomerSumId, per: CustomerSumId): CustomerMeasure => ({
  ...{ unit, source: 'tickets' },
  of: { [of]: 1 },
  per: { [per]: 1 },
});

const told = {
  customers: asItIs('customers', 'count'),
  newShare: ratio('share', 'newCustomers', 'customers'),
  againShare: ratio('share', 'againCustomers', 'customers'),
  visits: asItIs('visits', 'count'),
  visitsPerCustomer: ratio('ratio', 'memberVisits', 'customers'),
  netMinor: asItIs('netMinor', 'money'),
  netPerVisitMinor: ratio('money', 'netMinor', 'visits'),
  netPerCustomerMinor: ratio('money', 'memberNetMinor', 'customers'),
  unitsPerVisit: ratio('ratio', 'units', 'visits'),
} satisfies Record<string, CustomerMeasure>;
export type CustomerMeasureId = keyof typeof told;
export const customerMeasures: Readonly<Record<CustomerMeasureId, CustomerMeasure>> = told;
export const customerMeasureIds = Object.keys(told) as CustomerMeasureId[];

export const noCustomerSums = Object.fromEntries(customerSumIds.map((id) => [id, 0])) as Record<CustomerSumId, number>;

/** A measure of these sums; null where there is nothing to divide by. */
export function customerMeasured(id: CustomerMeasureId, sums: CustomerSums): number | null {
  const { of, per } = customerMeasures[id];
  if (per === undefined) return partsOf(of, sums);
  const below = partsOf(per, sums);
  return below <= 0 ? null : partsOf(of, sums) / below + 0;
}

function partsOf(parts: Parts, sums: CustomerSums): number {
  return customerSumIds.reduce((all, id) => all + (parts[id] ?? 0) * sums[id], 0);
}

/** From so many visits on; the last is open. */
export const frequencySteps = [1, 2, 3, 6, 11] as const;

/**
 * Groups of buyers by fifths of how lately and how often they came (5 is the best), as in segments: of equals the id decides. The
 * first that holds.
 */
export const rfmGroups = ['best', 'loyal', 'fresh', 'losing', 'lost'] as const;
export type RfmGroup = (typeof rfmGroups)[number];

export function rfmGroupOf(recency: number, frequency: number): RfmGroup {
  if (recency >= 4 && frequency >= 4) return 'best';
  if (recency >= 3 && frequency >= 3) return 'loyal';
  if (recency >= 3) return 'fresh';
  return frequency >= 3 ? 'losing' : 'lost';
}

/** Goods that are bought together on fewer tickets say nothing. */
export const fewestTogether = 3;

/** What two articles on one ticket say: `lift` above 1, they go together more often than by chance. */
export function pairFigures(pair: { both: number; first: number; second: number; visits: number }) {
  return {
    support: pair.visits === 0 ? 0 : pair.both / pair.visits,
    /** Of those who bought the first, so many bought the second too. */
    confidence: pair.first === 0 ? 0 : pair.both / pair.first,
    lift: pair.first * pair.second === 0 ? 0 : (pair.both * pair.visits) / (pair.first * pair.second),
  };
}
