// A receipt as lines of display columns: what stands where, before anybody knows how it gets onto the paper.
import { assert } from '#schemas/assert.ts';
import { spacedCreditCode } from '#schemas/payment/credit-code.ts';
import type { Receipt, ReceiptDiscount, ReceiptLine } from '#schemas/receipt/receipt.ts';
import type { ReceiptLogo } from '#schemas/receipt/receipt-logo.ts';
import type { Slip } from '#schemas/receipt/slip.ts';
import { trainingNumber } from '#schemas/receipt/training-number.ts';
import { wrapText } from '../text/wrap.ts';
import { printable } from './characters.ts';
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
} from './words.ts';

/** A line of text: `left` at the left or in the middle, `right` at the right. Together they take no more than all columns. */
export type TextLine = {
  type: 'text';
  left: string;
  right: string;
  isCentred: boolean;
  isBold: boolean;
  /** Twice as high. */
  isTall: boolean;
};

export type ReceiptBlock =
  | TextLine
  | { type: 'rule' }
  | { type: 'gap' }
  | { type: 'logo'; logo: ReceiptLogo }
  /** QR codes, side by side where there is room. */
  | { type: 'codes'; texts: readonly string[] };

export type Paper = {
  columns: number;
  /** Columns that a text takes. */
  columnsOf: (text: string) => number;
};

type AccountTold = NonNullable<Receipt['tenders'][number]['account']>;
type Style = Partial<Pick<TextLine, 'isCentred' | 'isBold' | 'isTall'>>;

/** No line is wider than the paper, every amount is whole. Pure. */
export function layOutReceipt(receipt: Receipt, paper: Paper): ReceiptBlock[] {
  const setter = new Setter(receipt, paper);
  return [
    ...setter.head(),
    ...receipt.lines.flatMap((line) => setter.item(line)),
    { type: 'rule' },
    ...setter.sums(),
    { type: 'rule' },
    ...receipt.credits.flatMap((credit) => setter.credit(credit)),
    ...setter.foot(),
    ...setter.shopCopies(),
  ];
}

/** As `layOutReceipt`, of a page that stands for no sale. */
export function layOutSlip({ title, storeName, code, sections }: Slip, paper: Paper): ReceiptBlock[] {
  return [
    ...centred(title, paper, { isBold: true, isTall: true }),
    ...centred(storeName, paper, {}),
    ...(code === undefined ? [] : [{ type: 'codes', texts: [code] } as const]),
    ...sections.flatMap(({ title: name, rows, note }): ReceiptBlock[] => [
      { type: 'rule' },
      ...centred(name, paper, { isBold: true }),
      ...rows.flatMap((row) => pair(row.name, row.value, paper, { isBold: row.isStrong })),
      ...pair(note, '', paper, {}),
    ]),
  ];
}

/** A page that shows that a printer prints: its paper, its signs, its cutter. */
export function layOutTest(title: string, samples: readonly string[], paper: Paper): ReceiptBlock[] {
  const lines = [title, ...samples].flatMap((text, index) => centred(text, paper, { isBold: index === 0 }));
  const ruler = '1234567890'.repeat(5).slice(0, paper.columns);
  return [...lines, { type: 'rule' }, ...centred(ruler, paper, {}), { type: 'rule' }];
}

class Setter {
  readonly #receipt: Receipt;
  readonly #paper: Paper;

  constructor(receipt: Receipt, paper: Paper) {
    this.#receipt = receipt;
    this.#paper = paper;
  }

  get #words() {
    return receiptWords[this.#receipt.locale];
  }

  head(): ReceiptBlock[] {
    const { logo, storeName, chainName, address, header, isCopy, voids, voidedBy, totalMinor } = this.#receipt;
    const words = this.#words;
    return [
      ...this.#training(),
      ...(logo === null ? [] : [{ type: 'logo', logo } as const]),
      ...this.#centre(storeName, { isBold: true, isTall: true }),
      ...this.#centre(chainName),
      ...this.#centre(address),
      ...this.#lines(header),
      ...(isCopy ? this.#centre(`* ${words.copy} *`, { isBold: true, isTall: true }) : []),
      ...(voids === null && voidedBy === null ? [] : this.#centre(`* ${words.void} *`, { isBold: true, isTall: true })),
      ...(voids === null ? [] : [...this.#centre(words.voids(voids.entryId)), ...this.#centre(voids.reason)]),
      ...(voidedBy === null ? [] : this.#centre(words.voidedBy(voidedBy))),
      ...(totalMinor < 0 && voids === null ? this.#centre(words.refund, { isBold: true }) : []),
      { type: 'rule' },
    ];
  }

  /** Above and below all else, so that no part that is torn off passes for a receipt. */
  #training(): ReceiptBlock[] {
    if (!this.#receipt.isTraining) return [];
    const { training, noSale } = this.#words;
    const mark = `*** ${training} ***`;
    return [...this.#centre(mark, { isBold: true, isTall: true }), ...this.#centre(noSale), { type: 'rule' }];
  }

  item(line: ReceiptLine): ReceiptBlock[] {
    const { name, quantity, listPriceMinor, serial, returnedFrom, amountMinor, discounts, reason, note } = line;
    const words = this.#words;
    const amount = (minor: number) => plainAmount(minor, this.#receipt.currency);
    const each = perPiece(line, this.#receipt.currency);
    return [
      ...this.#pair(name, amount(amountMinor)),
      ...(each === null ? [] : this.#pair(`  ${each}`, '')),
      ...(listPriceMinor === null ? [] : this.#pair(`  ${words.listPrice} ${amount(listPriceMinor)}`, '')),
      // Of a void the head says it once for all lines.
      ...(quantity < 0 && this.#receipt.voids === null ? this.#pair(`  ${words.cameBack(returnedFrom)}`, '') : []),
      ...(serial === null ? [] : this.#pair(`  ${words.serial} ${serial}`, '')),
      ...discounts.flatMap((discount) => this.#discount(discount, '  ')),
      ...(reason === '' ? [] : this.#pair(`  ${words.reason(reason)}`, '')),
      ...(note === '' ? [] : this.#pair(`  ${words.note(note)}`, '')),
    ];
  }

  sums(): ReceiptBlock[] {
    const { discounts, pricesIncludeTax, netMinor, taxes, roundingMinor, giftCardsMinor, totalMinor } = this.#receipt;
    const { locale, tenders, changeMinor, currency, deposit, accountPayment } = this.#receipt;
    const words = this.#words;
    const money = (minor: number) => moneyText(minor, this.#receipt);
    const savedMinor = savedMinorOf(this.#receipt);
    const tax = pricesIncludeTax ? words.taxIncluded : words.taxAdded;
    return [
      ...discounts.flatMap((discount) => this.#discount(discount, '')),
      ...(pricesIncludeTax ? [] : this.#pair(words.net, plainAmount(netMinor, currency))),
      ...(giftCardsMinor === undefined ? [] : this.#pair(words.giftCards, plainAmount(giftCardsMinor, currency))),
      ...(deposit === undefined ? [] : this.#pair(words.deposit, plainAmount(deposit.amountMinor, currency))),
      ...(accountPayment === undefined
        ? []
        : this.#pair(words.accountPayment, plainAmount(accountPayment.amountMinor, currency))),
      ...(roundingMinor === 0 ? [] : this.#pair(words.rounding, plainAmount(roundingMinor, currency))),
      ...this.#pair(words.total, money(totalMinor), { isBold: true, isTall: true }),
      ...tenders.flatMap(({ type, amountMinor, reference, leftMinor, points, pointsLeft, account }) => {
        const name = words.tenders[type];
        return [
          ...this.#pair(amountMinor < 0 ? words.givenBack(name) : name, money(Math.abs(amountMinor))),
          ...(reference === '' ? [] : this.#pair(`  ${reference}`, '')),
          ...(leftMinor === undefined ? [] : this.#pair(`  ${words.creditLeft(money(leftMinor))}`, '')),
          ...(points === undefined ? [] : this.#pair(`  ${words.points(points, pointsLeft)}`, '')),
          ...(account === undefined ? [] : this.#account(account)),
        ];
      }),
      ...(changeMinor === 0 ? [] : this.#pair(words.change, money(changeMinor), { isBold: true })),
      ...taxes.flatMap(({ rateBasisPoints, netMinor: net, taxMinor }) =>
        this.#pair(tax(rateText(rateBasisPoints, locale), plainAmount(net, currency)), plainAmount(taxMinor, currency)),
      ),
      ...(savedMinor > 0 ? this.#centre(words.saved(money(savedMinor)), { isBold: true }) : []),
      ...(accountPayment === undefined
        ? []
        : this.#account({
            number: accountPayment.number,
            name: accountPayment.account,
            signedBy: '',
            orderReference: '',
          })),
      ...this.#putAside(deposit),
    ];
  }

  /** Goods that are put aside: what is on them, what is left, until when; and that this paper fetches them. */
  #putAside(deposit: Receipt['deposit']): ReceiptBlock[] {
    if (deposit === undefined || deposit.heldMinor <= 0) return [];
    const words = this.#words;
    const { heldMinor, leftMinor, dueOn } = deposit;
    return [
      { type: 'rule' },
      ...this.#pair(words.depositHeld, moneyText(heldMinor, this.#receipt), { isBold: true }),
      ...(leftMinor === null
        ? []
        : this.#pair(words.depositLeft, moneyText(leftMinor, this.#receipt), { isBold: true })),
      ...(dueOn === null ? [] : this.#pair(words.depositDue, dueOn)),
      ...this.#centre(words.depositKeep),
    ];
  }

  /** The slip that pays later: what it is worth, and its number as a code and for eyes. */
  credit({ kind, code, amountMinor }: Receipt['credits'][number]): ReceiptBlock[] {
    const words = this.#words;
    return [
      ...this.#centre(words.tenders[kind], { isBold: true, isTall: true }),
      ...this.#centre(moneyText(amountMinor, this.#receipt), { isBold: true, isTall: true }),
      { type: 'codes', texts: [code] },
      ...this.#centre(spacedCreditCode(code), { isBold: true }),
      ...this.#centre(words.creditKeep),
      { type: 'rule' },
    ];
  }

  foot(): ReceiptBlock[] {
    const { entryId, businessDay, operatorName, memberMark, hash, fiscal, link, note, footer, isTraining } =
      this.#receipt;
    const words = this.#words;
    const time = timeOfSale(this.#receipt);
    return [
      ...(note === '' ? [] : [...this.#note(words.note(note)), { type: 'rule' } as const]),
      ...this.#pair(words.number, isTraining ? trainingNumber(entryId) : entryId),
      ...this.#pair(words.at, time),
      ...(time.startsWith(businessDay) ? [] : this.#pair(words.businessDay, businessDay)),
      ...this.#pair(words.servedBy, operatorName),
      ...(memberMark === undefined ? [] : this.#pair(words.member, memberMark)),
      ...pointsTexts(this.#receipt).flatMap((told) => this.#pair(told, '')),
      ...(isTraining ? [] : this.#pair(words.chain, shortHash(hash))),
      ...(fiscal === null ? [] : this.#fiscal(fiscal)),
      ...(link === null ? [] : [{ type: 'codes', texts: [link] } as const, ...this.#centre(words.scan)]),
      ...(footer === '' ? [] : [{ type: 'gap' } as const]),
      ...this.#lines(footer),
      ...(isTraining ? [{ type: 'rule' } as const, ...this.#training()] : []),
    ];
  }

  /** What the customer signs and the shop keeps: a part of the paper of its own, on the first print alone. */
  shopCopies(): ReceiptBlock[] {
    const { tenders, isCopy, storeName, entryId, isTraining } = this.#receipt;
    const words = this.#words;
    if (isCopy) return [];
    return tenders.flatMap(({ account, type, amountMinor }): ReceiptBlock[] => {
      if (account === undefined || amountMinor <= 0) return [];
      return [
        ...[{ type: 'gap' } as const, { type: 'gap' } as const, { type: 'rule' } as const],
        ...this.#training(),
        ...this.#centre(words.shopCopy, { isBold: true, isTall: true }),
        ...this.#centre(storeName),
        ...this.#pair(words.number, isTraining ? trainingNumber(entryId) : entryId),
        ...this.#pair(words.at, timeOfSale(this.#receipt)),
        ...this.#pair(words.tenders[type], moneyText(amountMinor, this.#receipt), { isBold: true }),
        ...this.#account(account),
        ...[{ type: 'gap' } as const, { type: 'gap' } as const],
        ...this.#pair(words.signature, '', {}),
        { type: 'rule' },
      ];
    });
  }

  #account({ number, name, signedBy, orderReference }: AccountTold): TextLine[] {
    const words = this.#words;
    return [
      ...this.#pair(`  ${[number, name].filter((part) => part !== '').join(' · ')}`, ''),
      ...(signedBy === '' ? [] : this.#pair(`  ${words.signedBy(signedBy)}`, '')),
      ...(orderReference === '' ? [] : this.#pair(`  ${words.order(orderReference)}`, '')),
    ];
  }

  #fiscal({ lines, codes }: NonNullable<Receipt['fiscal']>): ReceiptBlock[] {
    return [
      { type: 'rule' },
      ...lines.flatMap((line) => this.#centre(line)),
      ...(codes.length === 0 ? [] : [{ type: 'codes', texts: codes } as const]),
      { type: 'rule' },
    ];
  }

  #discount({ name, amountMinor }: ReceiptDiscount, indent: string): TextLine[] {
    return this.#pair(indent + name, plainAmount(-amountMinor, this.#receipt.currency));
  }

  /** What was typed for the whole ticket, line by line. */
  #note(text: string): ReceiptBlock[] {
    return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : this.#pair(line, '')));
  }

  /** The store's own words: an empty line among them stays one. */
  #lines(words: string): ReceiptBlock[] {
    if (words === '') return [];
    return words
      .split('\n')
      .flatMap((line): ReceiptBlock[] => (line.trim() === '' ? [{ type: 'gap' } as const] : this.#centre(line)));
  }

  #centre(text: string, style: Style = {}): TextLine[] {
    return centred(text, this.#paper, style);
  }

  #pair(left: string, right: string, style: Style = {}): TextLine[] {
    return pair(left, right, this.#paper, style);
  }
}

/** Text at the left, an amount or a short fact at the right of its last line; the right part is never broken if it fits a line. */
function pair(left: string, right: string, { columns, columnsOf }: Paper, style: Style): TextLine[] {
  const indent = /^ */.exec(left)?.[0] ?? '';
  const end = printable(right);
  const room = columns - columnsOf(end) - (end === '' ? 0 : 1);
  const isTogether = room - indent.length >= columns / 3;
  const lefts = wrapText(
    printable(left),
    (isTogether ? room : columns) - indent.length,
    Number.POSITIVE_INFINITY,
    columnsOf,
  );
  const texts = lefts.map((text) => ({ left: indent + text, right: '' }));
  if (end === '') return texts.map((text) => lineOf(text, style));
  const last = texts.at(-1);
  if (isTogether && last !== undefined) last.right = end;
  else
    texts.push(
      ...wrapText(end, columns, Number.POSITIVE_INFINITY, columnsOf).map((text) => ({ left: '', right: text })),
    );
  return texts.map((text) => lineOf(text, style));
}

function centred(text: string, { columns, columnsOf }: Paper, style: Style): TextLine[] {
  return wrapText(printable(text), columns, Number.POSITIVE_INFINITY, columnsOf).map((left) =>
    lineOf({ left, right: '' }, { ...style, isCentred: true }),
  );
}

function lineOf(text: Pick<TextLine, 'left' | 'right'>, style: Style): TextLine {
  assert(!/\p{Cc}/u.test(text.left + text.right), 'no control character comes out of data');
  return { type: 'text', ...text, isCentred: false, isBold: false, isTall: false, ...style };
}
