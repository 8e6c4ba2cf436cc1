import type { Bitmap } from '#printing/bitmap/bitmap.ts';
import { pngOf } from '#printing/bitmap/png.ts';
import { drawCodes, drawLogo } from '#printing/receipt/drawn-line.ts';
import {
  moneyText,
  perPiece,
  plainAmount,
  pointsTexts,
  rateText,
  receiptWords,
  savedMinorOf,
  shortHash,
  timeOfSale,
} from '#printing/receipt/words.ts';
import { spacedCreditCode } from '#schemas/payment/credit-code.ts';
import type { Receipt, ReceiptLine } from '#schemas/receipt/receipt.ts';
import { logoRooms, type ReceiptLogo } from '#schemas/receipt/receipt-logo.ts';
import type { LocaleCode } from '#schemas/text.ts';
import { renderPage } from '../item-page/page-frame.ts';
import { type Html, html } from '../item-page/safe-html.ts';
import { type ReceiptTrouble, receiptPageTexts } from './receipt-page-texts.ts';

type Row = readonly [label: string, value: string];

/** A receipt for a phone: what stands on paper, without a script. `query`: what opens it, for the links to other languages. */
export function renderReceipt(receipt: Receipt, query: string): string {
  const { locale, storeName, chainName, address, header, footer, totalMinor, entryId, voids } = receipt;
  const words = receiptWords[locale];
  const savedMinor = savedMinorOf(receipt);
  const main = html`<div>${receipt.logo !== null && logoOf(receipt.logo)}<h1><bdi>${storeName}</bdi></h1>${chainName !== '' && html`<p class="soft"><bdi>${chainName}</bdi></p>`}<p class="soft"><bdi>${address}</bdi></p>${ownWords(header)}</div>
${voidOf(receipt)}
${totalMinor < 0 && voids === null && html`<p><strong>${words.refund}</strong></p>`}
<p class="price" data-total="${totalMinor}">${moneyText(totalMinor, receipt)} <small>${words.total}</small></p>
<ul class="card">${receipt.lines.map((line) => lineOf(line, receipt))}</ul>
${rows(sumsOf(receipt))}
${receipt.credits.map((credit) => creditOf(credit, receipt))}
${savedMinor > 0 && html`<p><strong>${words.saved(moneyText(savedMinor, receipt))}</strong></p>`}
${
  receipt.note !== '' &&
  html`<div class="card" data-note>${words
    .note(receipt.note)
    .split('\n')
    .map((line) => html`<p><bdi>${line}</bdi></p>`)}</div>`
}
${rows(factsOf(receipt))}
${receipt.pointsTold !== undefined && html`<div class="card" data-earned="${receipt.pointsTold.earned}">${pointsTexts(receipt).map((told) => html`<p>${told}</p>`)}</div>`}
${receipt.fiscal !== null && fiscalOf(receipt.fiscal)}
${ownWords(footer)}`;
  const title = [`${receiptPageTexts[locale].title} ${entryId}`, storeName].join(' · ');
  return renderPage({ locale, title, shop: null, head: robots, main, languageQuery: `?${query}&` });
}

const robots = html`<meta name="robots" content="noindex">`;

/** What says that the sale does not hold any more, or that this takes one back; false: neither. */
function voidOf({ locale, voids, voidedBy }: Receipt): Html | false {
  if (voids === null && voidedBy === null) return false;
  const words = receiptWords[locale];
  return html`<div class="card" data-void="${voids?.entryId ?? voidedBy ?? ''}"><p><strong>${words.void}</strong></p>
${voids !== null && html`<p>${words.voids(voids.entryId)}</p><p class="soft"><bdi>${voids.reason}</bdi></p>`}
${voidedBy !== null && html`<p>${words.voidedBy(voidedBy)}</p>`}</div>`;
}

/** What pays later: scanned off the phone, or read out. */
function creditOf({ kind, code, amountMinor }: Receipt['credits'][number], receipt: Receipt): Html {
  const words = receiptWords[receipt.locale];
  return html`<div class="card" data-credit="${kind}"><p><strong>${words.tenders[kind]}</strong></p><p class="price">${moneyText(amountMinor, receipt)}</p>
<p><img src="${pictureUrl(drawCodes([code], logoRooms[58].width))}" alt="${code}" width="192"></p>
<p><strong>${spacedCreditCode(code)}</strong></p><p class="soft">${words.creditKeep}</p></div>`;
}

/** The block as it was on paper: its lines, and its codes as pictures and as text, which a machine reads too. */
function fiscalOf({ lines, codes }: NonNullable<Receipt['fiscal']>): Html {
  return html`<div class="card" data-fiscal>${lines.map((line) => html`<p><bdi>${line}</bdi></p>`)}
${codes.map((code) => html`<p><img src="${pictureUrl(drawCodes([code], logoRooms[58].width))}" alt="${code}" width="192"></p>`)}</div>`;
}

function logoOf(logo: ReceiptLogo): Html {
  const { width, height } = logo[58];
  return html`<p><img src="${pictureUrl(drawLogo({ type: 'logo', logo }, 58))}" alt="" width="${Math.ceil(logoRooms[58].width / 2)}" height="${Math.ceil(height / 2)}" data-logo="${width}"></p>`;
}

function pictureUrl(picture: Bitmap): string {
  return `data:image/png;base64,${Buffer.from(pngOf(picture)).toString('base64')}`;
}

/** The store's own words, line by line. */
function ownWords(words: string): Html | false {
  const lines = words.split('\n').filter((line) => line.trim() !== '');
  return lines.length > 0 && html`<div>${lines.map((line) => html`<p class="soft"><bdi>${line}</bdi></p>`)}</div>`;
}

function rows(all: readonly Row[]): Html {
  return html`<dl class="card">${all.map(([label, value]) => html`<div><dt>${label}</dt><dd><bdi>${value}</bdi></dd></div>`)}</dl>`;
}

function lineOf(line: ReceiptLine, { locale, currency, voids }: Receipt): Html {
  const words = receiptWords[locale];
  const { name, quantity, listPriceMinor, serial, returnedFrom, amountMinor, discounts, reason, note } = line;
  const amount = (minor: number) => plainAmount(minor, currency);
  const details = [
    perPiece(line, currency),
    listPriceMinor === null ? null : `${words.listPrice} ${amount(listPriceMinor)}`,
    quantity < 0 && voids === null ? words.cameBack(returnedFrom) : null,
    serial === null ? null : `${words.serial} ${serial}`,
    ...discounts.map((discount) => `${discount.name} ${amount(-discount.amountMinor)}`),
    reason === '' ? null : words.reason(reason),
    note === '' ? null : words.note(note),
  ].filter((detail) => detail !== null);
  return html`<li><p><bdi>${name}</bdi> · ${amount(amountMinor)}</p>${details.length > 0 && html`<p class="soft"><bdi>${details.join(' · ')}</bdi></p>`}</li>`;
}

function putAsideRows(receipt: Receipt, { heldMinor, leftMinor, dueOn }: NonNullable<Receipt['deposit']>): Row[] {
  const words = receiptWords[receipt.locale];
  if (heldMinor <= 0) return [];
  return [
    [words.depositHeld, moneyText(heldMinor, receipt)],
    ...(leftMinor === null ? [] : [[words.depositLeft, moneyText(leftMinor, receipt)] as const]),
    ...(dueOn === null ? [] : [[words.depositDue, dueOn] as const]),
  ];
}

function sumsOf(receipt: Receipt): Row[] {
  const { locale, currency, discounts, pricesIncludeTax, netMinor, taxes, roundingMinor, tenders, changeMinor } =
    receipt;
  const { giftCardsMinor, deposit, accountPayment } = receipt;
  const words = receiptWords[locale];
  const tax = pricesIncludeTax ? words.taxIncluded : words.taxAdded;
  return [
    ...discounts.map(({ name, amountMinor }): Row => [name, plainAmount(-amountMinor, currency)]),
    ...(pricesIncludeTax ? [] : [[words.net, plainAmount(netMinor, currency)] as const]),
    ...taxes.map(({ rateBasisPoints, netMinor: net, taxMinor }): Row => {
      const label = tax(rateText(rateBasisPoints, locale), plainAmount(net, currency));
      return [label, plainAmount(taxMinor, currency)];
    }),
    ...(giftCardsMinor === undefined ? [] : [[words.giftCards, plainAmount(giftCardsMinor, currency)] as const]),
    ...(deposit ? [[words.deposit, plainAmount(deposit.amountMinor, currency)] as const] : []),
    ...(accountPayment ? [[words.accountPayment, plainAmount(accountPayment.amountMinor, currency)] as const] : []),
    ...(roundingMinor === 0 ? [] : [[words.rounding, plainAmount(roundingMinor, currency)] as const]),
    ...tenders.map(({ type, amountMinor, reference, leftMinor, points, pointsLeft, account }): Row => {
      const name = amountMinor < 0 ? words.givenBack(words.tenders[type]) : words.tenders[type];
      const left = leftMinor === undefined ? '' : words.creditLeft(moneyText(leftMinor, receipt));
      const used = points === undefined ? '' : words.points(points, pointsLeft);
      // Who has the link need not learn whose account it is.
      const shown = account === undefined ? reference : `*${account.number.slice(-2)}`;
      const label = [name, shown, left, used].filter((part) => part !== '').join(' · ');
      return [label, moneyText(Math.abs(amountMinor), receipt)];
    }),
    ...(changeMinor === 0 ? [] : [[words.change, moneyText(changeMinor, receipt)] as const]),
    ...(deposit ? putAsideRows(receipt, deposit) : []),
  ];
}

function factsOf(receipt: Receipt): Row[] {
  const { locale, entryId, operatorName, businessDay, hash } = receipt;
  const words = receiptWords[locale];
  const time = timeOfSale(receipt);
  return [
    [words.number, entryId],
    [words.at, time],
    ...(time.startsWith(businessDay) ? [] : [[words.businessDay, businessDay] as const]),
    ...(operatorName === '' ? [] : [[words.servedBy, operatorName] as const]),
    ...(receipt.memberMark === undefined ? [] : [[words.member, receipt.memberMark] as const]),
    [words.chain, shortHash(hash)],
  ];
}

/** One answer for what is unknown, not here yet, or opened with a wrong key: nobody learns which. */
export function renderReceiptTrouble(code: ReceiptTrouble, locale: LocaleCode, query: string): string {
  const { title, advice } = receiptPageTexts[locale].troubles[code];
  const main = html`<h1>${title}</h1><p>${advice}</p>`;
  return renderPage({
    locale,
    title,
    shop: null,
    head: robots,
    main,
    languageQuery: query === '' ? '?' : `?${query}&`,
  });
}
