import { m } from '#pwa/paraglide/messages.js';
import { formatMoney } from '#schemas/money/money.ts';
import type { ParkedStep } from '#schemas/parking/fold-parked.ts';
import type { ParkedLine } from '#schemas/parking/parked-basket.ts';
import type { Slip } from '#schemas/receipt/slip.ts';
import type { LocaleCode } from '#schemas/text.ts';
import { shelfMinorOf } from '#schemas/transaction/retail-transaction.ts';
import { dateTimeText, dayText } from './time-text.ts';

/** Prices without a last day are those of goods that are put aside. */
const farYear = '9999';

export type QuoteFacts = {
  step: ParkedStep;
  storeName: string;
  timeZone: string | undefined;
  operatorName: string;
  locale: LocaleCode;
  formatLocale: string;
};

type Row = Slip['sections'][number]['rows'][number];

/** A quote as it is given to the customer, for the screen and for every kind of paper. Its number is that of the entry. */
export function quoteSlip({ step, storeName, timeZone, operatorName, locale, formatLocale }: QuoteFacts): Slip {
  const { body, entryId, atMs } = step;
  const money = (minor: number) => formatMoney(minor, body.currency, locale);
  const { quote } = body;
  const head = [
    row(m.quote_number(), entryId, true),
    row(m.quote_given_at(), dateTimeText(atMs, formatLocale, timeZone)),
    row(m.quote_by(), operatorName),
    ...(body.label ? [row(m.quote_for(), body.label)] : []),
    ...(quote && !quote.validThrough.startsWith(farYear)
      ? [row(m.quote_valid_through(), dayText(quote.validThrough, formatLocale), true)]
      : []),
  ];
  const nameOf = (promotionId: string) => body.promotions?.find((one) => one.promotionId === promotionId)?.name;
  const lines = body.lines.flatMap((line) => lineRows(line, money, nameOf)).slice(0, 199);
  const total = body.totalMinor === null ? [] : [row(m.total(), money(body.totalMinor), true)];
  const sections = [
    section(head),
    section(lines),
    section(total, [body.note ?? '', m.quote_terms()].join('\n').trim()),
  ];
  return { locale, title: m.quote_title(), storeName, code: entryId, sections };
}

function lineRows(
  line: ParkedLine,
  money: (minor: number) => string,
  nameOf: (id: string) => string | undefined,
): Row[] {
  const { name, variant, quantity, grams, promised } = line;
  const unitPriceMinor = promised?.unitPriceMinor ?? line.askedMinor;
  const pieces = quantity === 1 ? '' : `${quantity} × `;
  const shown = `${pieces}${[name, variant].filter((part) => part).join(' · ')}`.slice(0, 190).toWellFormed();
  if (unitPriceMinor === null) return [row(shown, '–')];
  const off = (promised?.discounts ?? []).map((discount) => {
    const by = discount.by === 'promotion' ? nameOf(discount.promotionId) : null;
    return row(`  ${(by ?? m.discount_line()).slice(0, 190).toWellFormed()}`, money(0 - discount.discountMinor));
  });
  return [row(shown, money(shelfMinorOf({ quantity, grams, unitPriceMinor }))), ...off];
}

function row(name: string, value: string, isStrong = false): Row {
  return { name, value, isStrong };
}
function section(rows: Row[], note = ''): Slip['sections'][number] {
  return { title: '', rows, note };
}
