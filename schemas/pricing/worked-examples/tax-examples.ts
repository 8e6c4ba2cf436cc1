import type { WorkedExample } from './run-example.ts';
import { all, amounts, line, percentOff, promotion } from './shorthand.ts';

// Published figures: the examples of EN 16931 are those of the European Commission's eInvoicing-EN16931 repository
// (ubl/examples) and of OpenPEPPOL's peppol-bis-invoice-3 (rules/examples); the others name their page. Where only a rule is
// published, the figures after it are ours.

const classOf = (taxClass: string, rateBasisPoints: number) => ({ taxClass, rateBasisPoints });
const onTop = (rounding: 'line' | 'ticket', ...classes: ReturnType<typeof classOf>[]) => ({
  pricesIncludeTax: false,
  rounding,
  classes,
});
const dollars = { currency: 'USD' };
const euros = { currency: 'EUR' };
const texas = classOf('standard', 825);
const bookPrices = [
  9.95, 9.85, 8.29, 7.23, 35, 35, 10.65, 1.55, 4.79, 8.29, 8.29, 9.95, 1.65, 10.8, 3.9, 3.8, 4.67, 18.63,
];
const bookPieces = [2, 1, 1, 2, 1, 1, 1, 1, 3, 1, 2, 1, 2, 1, 1, 2, 2, 1];
const highRated = [10.8, 3.8, 4.67, 18.63];

export const taxExamples: readonly WorkedExample[] = [
  {
    rule: 'TX2',
    name: 'EN 16931: twenty lines of two rates, each rate rounded once',
    source: 'EN 16931, ubl/examples/guide-example1.xml',
    tax: onTop('ticket', classOf('low', 600), classOf('high', 2_100)),
    context: euros,
    lines: amounts(
      'EUR',
      ...bookPrices.map((price, index): [number, string, number] => {
        return [price, highRated.includes(price) ? 'high' : 'low', bookPieces[index] ?? 0];
      }),
      [17.02, 'low', 6],
      [18.33, 'low', -6],
    ),
    expected: { dueMinor: 25_033, taxMinor: 1_099 + 974 },
  },
  {
    rule: 'TX2',
    name: 'EN 16931: two rates, returns and an exempt line; half a cent goes up',
    source: 'EN 16931, ubl/examples/guide-example2.xml',
    tax: onTop('ticket', classOf('full', 2_500), classOf('food', 1_500), classOf('exempt', 0)),
    context: euros,
    lines: amounts(
      'EUR',
      [1_273, 'full'],
      [3.96, 'food', -1],
      [2.48, 'food', 2],
      [25, 'exempt', -1],
      [0.75, 'full', 250],
    ),
    expected: { dueMinor: 180_178, taxMinor: 36_513 + 15 },
  },
  {
    rule: 'TX2',
    name: 'EN 16931: ten lines of one rate',
    source: 'EN 16931, ubl/examples/ubl-tc434-example8.xml',
    tax: onTop('ticket', classOf('standard', 2_100)),
    context: euros,
    lines: amounts(
      'EUR',
      ...[140.8, 16.16, 167.64, 88.74, 36.75, 56.5, 83.34, 190.31, 64.21, 64.46].map((price): [number, string] => [
        price,
        'standard',
      ]),
    ),
    expected: { dueMinor: 109_978, taxMinor: 19_087 },
  },
  {
    rule: 'TX2',
    name: 'Peppol: an invoice with a half cent of tax',
    source: 'EN 16931, ubl/examples/BIS3_Invoice_positive.XML',
    tax: onTop('ticket', classOf('standard', 2_500)),
    context: euros,
    lines: amounts('EUR', [625_743.54, 'standard']),
    expected: { dueMinor: 78_217_943, taxMinor: 15_643_589 },
  },
  {
    rule: 'TX3',
    name: 'Peppol: its reversal has the same tax with the other sign',
    source: 'EN 16931, ubl/examples/BIS3_Invoice_negativ.XML',
    tax: onTop('ticket', classOf('standard', 2_500)),
    context: euros,
    lines: amounts('EUR', [625_743.54, 'standard', -1]),
    expected: { dueMinor: -78_217_943, taxMinor: -15_643_589 },
  },
  {
    rule: 'TX2',
    name: 'Peppol: goods, a return and a charge',
    source: 'Peppol BIS Billing 3.0, rules/examples/base-example.xml',
    tax: onTop('ticket', classOf('standard', 2_500)),
    context: euros,
    lines: amounts('EUR', [400, 'standard', 7], [500, 'standard', -3], [25, 'standard']),
    expected: { dueMinor: 165_625, taxMinor: 33_125 },
  },
  {
    rule: 'TX2',
    name: 'Wafeq: each line rounded half up, and summed',
    source: 'developer.wafeq.com, Calculations and Rounding',
    tax: onTop('line', classOf('five', 500), classOf('ten', 1_000)),
    context: { currency: 'SAR' },
    lines: amounts('SAR', [45.3, 'five'], [33.45, 'ten']),
    expected: { dueMinor: 8_437, taxMinor: 562, lineTaxes: [227, 335] },
  },
  {
    rule: 'TX2',
    name: 'Avaza: three rates, a line each',
    source: 'support.avaza.com, How tax is calculated on invoices',
    tax: onTop('line', classOf('a', 800), classOf('b', 200), classOf('c', 1_445)),
    context: dollars,
    lines: amounts('USD', [125, 'a'], [167, 'b'], [235, 'c']),
    expected: { dueMinor: 57_430, taxMinor: 4_730, lineTaxes: [1_000, 334, 3_396] },
  },
  {
    rule: 'TX2',
    name: 'Zuora: tax out of a price that holds it, rounded as tax',
    source: 'docs.zuora.com, Rounding rule for inclusive tax mode',
    tax: { classes: [classOf('standard', 400)] },
    context: dollars,
    lines: amounts('USD', [2.99, 'standard']),
    expected: { dueMinor: 299, taxMinor: 12 },
  },
  {
    rule: 'TX2',
    name: 'United States: by item, a third decimal above four goes up',
    source: 'after the rule of the Streamlined Sales and Use Tax Agreement, section 324',
    tax: onTop('line', classOf('standard', 600)),
    context: dollars,
    lines: amounts('USD', [0.75, 'standard'], [0.75, 'standard'], [0.74, 'standard']),
    expected: { dueMinor: 238, taxMinor: 14, lineTaxes: [5, 5, 4] },
  },
  {
    rule: 'TX2',
    name: 'United States: by invoice, the same goods are taxed once',
    source: 'after the rule of the Streamlined Sales and Use Tax Agreement, section 324',
    tax: onTop('ticket', classOf('standard', 600)),
    context: dollars,
    lines: amounts('USD', [0.75, 'standard'], [0.75, 'standard'], [0.74, 'standard']),
    expected: { dueMinor: 237, taxMinor: 13 },
  },
  {
    rule: 'TX2',
    name: 'United Kingdom: the tax of a retail price is a sixth of it, rounded up and down, never only down',
    source: 'after the rule of HMRC, VAT guide (Notice 700) section 17.5, and VATREC12010',
    lines: amounts('GBP', [0.29, 'standard'], [1.25, 'standard'], [1, 'standard']),
    expected: { dueMinor: 254, taxMinor: 43, lineTaxes: [5, 21, 17] },
  },
  {
    rule: 'TX2',
    name: 'Japan: rounded once a rate',
    source: 'after the rule of the National Tax Agency: a qualified invoice is rounded once for each rate',
    tax: onTop('ticket', classOf('reduced', 800), classOf('standard', 1_000)),
    context: { currency: 'JPY' },
    lines: amounts('JPY', [105, 'reduced'], [105, 'reduced'], [105, 'reduced'], [104, 'standard'], [104, 'standard']),
    expected: { dueMinor: 569, taxMinor: 46, lineTaxes: [9, 8, 8, 11, 10] },
  },
  {
    rule: 'TX2',
    name: 'Texas, rounded a line',
    tax: onTop('line', texas),
    context: dollars,
    lines: amounts('USD', [9.99, 'standard'], [9.99, 'standard'], [9.99, 'standard']),
    expected: { dueMinor: 3_243, taxMinor: 246, lineTaxes: [82, 82, 82] },
  },
  {
    rule: 'TX2',
    name: 'Texas, rounded on the ticket',
    tax: onTop('ticket', texas),
    context: dollars,
    lines: amounts('USD', [9.99, 'standard'], [9.99, 'standard'], [9.99, 'standard']),
    expected: { dueMinor: 3_244, taxMinor: 247, lineTaxes: [83, 82, 82] },
  },
  {
    rule: 'TX1',
    name: 'a discount lowers what is taxed, and a part return gives its share of the tax back',
    prices: { mug: 1_000 },
    lists: [{ ...dollarList() }],
    promotions: [promotion('ten', { kind: 'discount', currency: 'USD', target: all, off: percentOff(10) })],
    tax: onTop('line', texas),
    context: dollars,
    lines: [line(1, 'mug', 2)],
    returns: [[{ lineNumber: 1, quantity: 1 }], [{ lineNumber: 1, quantity: 1 }]],
    expected: {
      dueMinor: 1_949,
      taxMinor: 149,
      refunds: [
        { totalMinor: 975, taxMinor: 75, cashMinor: 975 },
        { totalMinor: 974, taxMinor: 74, cashMinor: 974 },
      ],
    },
  },
  {
    rule: 'TX1',
    name: 'Germany: a ticket discount over two rates lowers each by its share',
    tax: { classes: [classOf('full', 1_900), classOf('food', 700)] },
    context: euros,
    lines: amounts('EUR', [50, 'full'], [30, 'food']),
    ticketDiscount: { off: { kind: 'amount', amountMinor: 800 }, reason: 'voucher of the chain' },
    expected: { dueMinor: 7_200, totals: [4_500, 2_700], lineTaxes: [718, 177] },
  },
  {
    rule: 'TX3',
    name: 'who is exempt does not pay the tax that a price holds',
    lines: [{ ...amounts('GBP', [8.5, 'standard'])[0], isTaxExempt: true } as WorkedExample['lines'][number]],
    expected: { dueMinor: 708, taxMinor: 0 },
  },
  {
    rule: 'TX2',
    name: 'Switzerland: two rates, cash in steps of five',
    tax: { classes: [classOf('standard', 810), classOf('food', 260)], cashStepMinor: 5 },
    context: { currency: 'CHF' },
    lines: amounts('CHF', [19.97, 'standard'], [4.86, 'food']),
    expected: { dueMinor: 2_483, cashMinor: 2_485, lineTaxes: [150, 12] },
  },
  {
    rule: 'TX2',
    name: 'Sweden: cash in whole crowns, half of one goes up',
    tax: { classes: [classOf('standard', 2_500)], cashStepMinor: 100 },
    context: { currency: 'SEK' },
    lines: amounts('SEK', [99.5, 'standard']),
    expected: { dueMinor: 9_950, taxMinor: 1_990, cashMinor: 10_000 },
  },
];

function dollarList() {
  const everywhere = { storeIds: null, memberTiers: null, validFromMs: null, validUntilMs: null };
  return {
    ...everywhere,
    priceListId: 'store',
    channel: 'store' as const,
    currency: 'USD',
    precedence: 0,
    followsOnline: false,
  };
}
