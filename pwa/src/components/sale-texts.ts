import { m } from '#pwa/paraglide/messages.js';
import type { App } from '#pwa/state/app.svelte.ts';
import type { Line } from '#pwa/state/basket-lines.ts';
import type { SaleTexts } from '#pwa/state/sale-gate.ts';
import { lineName } from '#pwa/state/transaction-body.ts';
import { formatMoney } from '#schemas/money/money.ts';

/** A second person is shown this many lines, and how many more there are. */
const shownLines = 8;
const longestText = 200;

/** How a sale is put to a second person, in the screen's language. */
export function saleTexts(app: App): SaleTexts {
  const money = (minor: number) => formatMoney(minor, app.till.config?.currency ?? 'XXX', app.preferences.locale);
  const nameOf = (line: Line) => (line.serial === null ? lineName(line) : `${lineName(line)} · ${line.serial}`);
  const flagOf = ({ flag }: Line) => (flag ? flagText(flag) : null);
  const priceOf = ({ priceOverride, unitPriceMinor }: Line) =>
    priceOverride ? m.price_change({ list: money(priceOverride.listPriceMinor), price: money(unitPriceMinor) }) : null;
  const lineText = (line: Line) => {
    const parts = [nameOf(line), `${line.quantity} × ${money(line.unitPriceMinor)}`, priceOf(line), flagOf(line)];
    return tidy(parts.filter((part) => part !== null).join(' · '));
  };
  return {
    reason: ({ right, lines }) => (right === 'sell-flagged-unit' ? tidy(lines.map(flagOf).join(', ')) : null),
    detail: ({ lines }) => [
      ...lines.slice(0, shownLines).map(lineText),
      ...(lines.length > shownLines ? [`+ ${lines.length - shownLines}`] : []),
    ],
    price: (line, priceMinor) => [
      tidy(nameOf(line)),
      m.price_change({
        list: money(line.priceOverride?.listPriceMinor ?? line.unitPriceMinor),
        price: money(priceMinor),
      }),
    ],
  };
}

/** Why the books say that a unit cannot be here. */
export function flagText({ state, entryId }: NonNullable<Line['flag']>): string {
  return state === 'sold' ? m.line_flag_sold({ entry: entryId }) : m.line_flag_gone();
}

function tidy(text: string): string {
  const cut = text.slice(0, longestText);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}
