import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Receipt, receiptSchema } from '#schemas/receipt/receipt.ts';
import { printoutSchema, type ReceiptProfile, receiptPapersMm } from '#schemas/receipt/receipt-printer.ts';
import type { Slip } from '#schemas/receipt/slip.ts';
import { localeCodes } from '#schemas/text.ts';
import { printEscpos } from '../fixtures/escpos-paper.ts';
import { makeReceipt, receiptLineOf, receiptSamples } from '../fixtures/receipts.ts';
import { scanners } from '../fixtures/scanners.ts';
import { resvgText } from '../text/resvg.ts';
import { characterSet } from './characters.ts';
import { escposPrintout, escposTest } from './escpos.ts';
import { layOutReceipt, layOutSlip } from './layout.ts';
import { moneyText, plainAmount } from './words.ts';

const text = resvgText();
const profiles = receiptPapersMm.flatMap((paperMm) =>
  [true, false].map((hasChineseFont): ReceiptProfile => {
    return { paperMm, hasChineseFont, hasCutter: true, hasDrawer: true };
  }),
);
const columnsOf = { 58: 32, 80: 48 } as const;

function printed(receipt: Receipt, profile: ReceiptProfile, opensDrawer = false) {
  return printEscpos(escposPrintout({ receipt, opensDrawer }, profile, text), profile, text);
}

/** Text of all lines, drawn ones too, as it was laid out. */
function laidOut(receipt: Receipt, profile: ReceiptProfile): string[] {
  const set = characterSet(profile.hasChineseFont);
  const paper = { columns: columnsOf[profile.paperMm], columnsOf: set.columnsOf };
  return layOutReceipt(receipt, paper).flatMap((block) =>
    block.type === 'text' ? [`${block.left}|${block.right}`] : [],
  );
}

describe.each(profiles)('$paperMm mm, Chinese font: $hasChineseFont', (profile) => {
  test.each(receiptSamples)('$title: no line is wider than the paper, one cut', ({ receipt }) => {
    expect(receiptSchema.safeParse(receipt).success).toBe(true);
    const paper = printed(receipt, profile);
    for (const line of paper.lines) expect(line.columns, line.text).toBeLessThanOrEqual(columnsOf[profile.paperMm]);
    expect(paper.cuts).toBe(1);
  });

  test.each(receiptSamples)('$title: the QR codes are read back by two scanners', async ({ receipt }) => {
    const { picture, bands } = printed(receipt, profile);
    const wanted = [receipt.link, ...(receipt.fiscal?.codes ?? [])];
    const read = new Set<string>();
    const large = bands.filter((band) => band.height > 80);
    for (const { top, height } of large) {
      const isFiscal = receipt.fiscal !== null && top !== large.at(-1)?.top;
      for (const half of isFiscal ? [1, 2] : [0]) {
        const width = half === 0 ? picture.width : picture.width >> 1;
        const aim = { left: half === 2 ? width : 0, top, width, height };
        for (const [name, scan] of Object.entries(scanners)) {
          const part = cut(picture, aim);
          // Most bands hold no code, and one scanner throws then; what must be read is asked for below.
          const got = await scan(part, { ...aim, left: 0, top: 0 }, 'qr').catch(() => null);
          if (got !== null) read.add(`${name} ${got}`);
        }
      }
    }
    for (const code of wanted) for (const name of Object.keys(scanners)) expect(read).toContain(`${name} ${code}`);
  });

  test.each(receiptSamples)('$title: every amount is on the paper, whole', ({ receipt }) => {
    const all = laidOut(receipt, profile).join('\n');
    const { lines, discounts, taxes, tenders, totalMinor, changeMinor, roundingMinor, currency } = receipt;
    const plain = [
      ...lines.flatMap((line) => [line.amountMinor, ...line.discounts.map(({ amountMinor }) => -amountMinor)]),
      ...lines
        .filter(({ quantity, grams }) => quantity !== 1 || grams !== null)
        .map(({ unitPriceMinor }) => unitPriceMinor),
      ...lines.flatMap(({ listPriceMinor }) => (listPriceMinor === null ? [] : [listPriceMinor])),
      ...discounts.map(({ amountMinor }) => -amountMinor),
      ...taxes.map(({ taxMinor }) => taxMinor),
      ...(roundingMinor === 0 ? [] : [roundingMinor]),
    ];
    for (const minor of plain) expect(all).toContain(plainAmount(minor, currency));
    const money = [
      totalMinor,
      ...tenders.map(({ amountMinor }) => Math.abs(amountMinor)),
      ...(changeMinor ? [changeMinor] : []),
    ];
    for (const minor of money) expect(all).toContain(moneyText(minor, receipt).replaceAll('\u00a0', ' '));
  });

  test('reasons and notes are on the paper, line by line', () => {
    const [line] = makeReceipt().lines;
    const lines = line === undefined ? [] : [{ ...line, reason: 'Faulty', note: 'gift wrap' }];
    const all = laidOut(makeReceipt({ lines, note: 'call first\nring twice' }), profile).join('\n');
    for (const text of ['Reason: Faulty', 'Note: gift wrap', 'Note: call first', 'ring twice'])
      expect(all).toContain(text);
  });

  test('the test page shows the paper, the cutter and no drawer', () => {
    const paper = printEscpos(escposTest('zh-Hans', '1号机', profile, text), profile, text);
    expect(paper).toMatchObject({ kicks: 0, cuts: 1 });
    expect(Math.max(...paper.lines.map(({ columns }) => columns))).toBe(columnsOf[profile.paperMm]);
  });
});

function cut(
  picture: ReturnType<typeof printed>['picture'],
  part: { left: number; top: number; width: number; height: number },
) {
  const stride = picture.width / 8;
  const rows = new Uint8Array((part.width / 8) * part.height);
  for (let y = 0; y < part.height; y += 1) {
    const from = (part.top + y) * stride + part.left / 8;
    rows.set(picture.rows.subarray(from, from + part.width / 8), (y * part.width) / 8);
  }
  return { width: part.width, height: part.height, rows };
}

test('[hostile] of any data no control reaches the printer, no line leaves the paper, and no amount is lost', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.constantFrom(
      '\x1b@\x1bp\x00\x19\xfa',
      '\x1dV\x00 cut',
      '\x10\x14\x01\x00\x05',
      '\x1c& 茶 \x1c.',
      '￥¥€\u3000',
      '👩‍👩‍👧‍👦'.repeat(9),
      'ᄀ'.repeat(90),
    ),
  );
  const minors = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 });
  const receipts = fc.record({
    locale: fc.constantFrom(...localeCodes),
    storeName: nasty,
    operatorName: nasty,
    footer: nasty,
    currency: fc.constantFrom('GBP', 'CNY', 'JPY', 'KWD', 'TWD', 'XXX'),
    totalMinor: minors,
    lines: fc.array(fc.record({ name: nasty, amountMinor: minors }), { maxLength: 4 }),
  });
  fc.assert(
    fc.property(receipts, fc.constantFrom(...profiles), ({ lines, ...fields }, profile) => {
      const receipt = makeReceipt({
        ...fields,
        lines: lines.map(receiptLineOf),
        tenders: [],
        changeMinor: 0,
        link: null,
      });
      const paper = printed(receipt, profile);
      expect(paper).toMatchObject({ kicks: 0, cuts: 1 });
      for (const line of paper.lines) expect(line.columns).toBeLessThanOrEqual(columnsOf[profile.paperMm]);
      const all = laidOut(receipt, profile);
      for (const { amountMinor } of receipt.lines) {
        expect(all.some((line) => line.endsWith(`|${plainAmount(amountMinor, receipt.currency)}`))).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
}, 60_000);

test('what is void says so, with the other receipt’s number; the lines of a void do not repeat it', () => {
  const words = { en: 'VOID', 'zh-Hans': '作废', 'zh-Hant': '作廢' };
  const reason = 'scanned twice';
  for (const profile of profiles) {
    for (const locale of localeCodes) {
      const lines = [receiptLineOf({ quantity: -1, returnedFrom: '0001-000000009' })];
      const voids = { entryId: '0001-000000009', reason };
      const taking = laidOut(makeReceipt({ locale, voids, lines, totalMinor: -5 }), profile);
      expect(taking.join()).toContain(`* ${words[locale]} *`);
      expect(taking.filter((line) => line.includes('0001-000000009'))).toHaveLength(1);
      expect(taking.join()).toContain(reason);
      expect(taking.join()).not.toContain({ en: 'Refund', 'zh-Hans': '退款', 'zh-Hant': '退款' }[locale]);
      const taken = laidOut(makeReceipt({ locale, voidedBy: '0001-000000012' }), profile).join();
      expect(taken).toContain(`* ${words[locale]} *`);
      expect(taken).toContain('0001-000000012');
      expect(laidOut(makeReceipt({ locale }), profile).join()).not.toContain(words[locale]);
    }
  }
});

test('what comes back names its receipt; a weight, its price and the references of tenders are on the paper', () => {
  for (const profile of profiles) {
    const back = receiptLineOf({ quantity: -1, returnedFrom: '0001-000000009' });
    const weighed = receiptLineOf({ grams: 425, unitPriceMinor: 5600, amountMinor: 2380 });
    const tenders = [{ type: 'card' as const, amountMinor: 2380, reference: 'Visa · **** 4242 · 00A1' }];
    const all = laidOut(makeReceipt({ lines: [back, weighed], tenders }), profile).join('\n');
    expect(all).toContain('0001-000000009');
    expect(all).toContain('0.425 kg × 56.00');
    for (const part of ['Visa', '4242', '00A1']) expect(all).toContain(part);
  }
});

test('what was saved is said once, and not when a return once cost less', () => {
  const [profile] = profiles;
  if (profile === undefined) throw new Error('there are printers');
  const off = (quantity: number) => receiptLineOf({ quantity, discounts: [{ name: 'Offer', amountMinor: 100 }] });
  const discounts = [{ name: 'Welcome', amountMinor: 50 }];
  expect(laidOut(makeReceipt({ lines: [off(1)], discounts }), profile)).toContain('You saved £1.50|');
  expect(laidOut(makeReceipt({ lines: [off(-1)] }), profile).join()).not.toContain('You saved');
});

test('each width of paper has its own logo', () => {
  const [{ receipt } = { receipt: makeReceipt() }] = receiptSamples;
  const { logo } = receipt;
  if (logo === null) throw new Error('the sample has a logo');
  for (const profile of profiles) {
    expect(printed(receipt, profile).bands[0]).toEqual({ top: 0, height: logo[profile.paperMm].height });
  }
});

test('a copy says so, an original does not', () => {
  const [profile] = profiles;
  if (profile === undefined) throw new Error('there are printers');
  for (const locale of localeCodes) {
    const words = { en: 'COPY', 'zh-Hans': '副本', 'zh-Hant': '副本' };
    expect(laidOut(makeReceipt({ locale, isCopy: true }), profile).join()).toContain(words[locale]);
    expect(laidOut(makeReceipt({ locale }), profile).join()).not.toContain(words[locale]);
  }
});

test('the drawer is kicked once and first, by a printer that has one, with a receipt or without', () => {
  const profile = { paperMm: 80, hasChineseFont: false, hasCutter: true, hasDrawer: true } as const;
  expect(printed(makeReceipt(), profile, true).kicks).toBe(1);
  expect(printed(makeReceipt(), { ...profile, hasDrawer: false }, true).kicks).toBe(0);
  const bare = printEscpos(escposPrintout({ receipt: null, opensDrawer: true }, profile, text), profile, text);
  expect(bare).toMatchObject({ kicks: 1, cuts: 0, lines: [] });
});

describe('a slip, which stands for no sale', () => {
  const row = (name: string, value: string, isStrong = false) => ({ name, value, isStrong });
  const slip: Slip = {
    locale: 'zh-Hans',
    title: '班次结算 Z',
    storeName: 'Lantern, Camden',
    sections: [
      { title: '', rows: [row('班次', '17')], note: '' },
      { title: '钱箱', rows: [row('应有现金', '£1,234.50', true)], note: '硬币 \u0010\u0014\u0001 少了一枚' },
    ],
  };

  test.each(profiles)(
    '$paperMm mm, Chinese font $hasChineseFont: whole, no wider than the paper, no drawer',
    (profile) => {
      const printout = printoutSchema.parse({ receipt: null, opensDrawer: false, slip });
      const paper = printEscpos(escposPrintout(printout, profile, text), profile, text);
      expect(paper).toMatchObject({ kicks: 0, cuts: 1 });
      for (const line of paper.lines) expect(line.columns, line.text).toBeLessThanOrEqual(columnsOf[profile.paperMm]);
      const said = paper.lines.map((line) => line.text).join('\n');
      expect(said).toContain('Lantern, Camden');
      if (profile.hasChineseFont) expect(said).toMatch(/应有现金 +£1,234\.50/);
      else expect(paper.bands).toHaveLength(3);
    },
  );

  test('a code that is scanned off it stands below the name of the store, once', () => {
    const blocks = layOutSlip({ ...slip, code: 'MB0123456789ABC' }, { columns: 32, columnsOf: (text) => text.length });
    expect(blocks.filter(({ type }) => type === 'codes')).toEqual([{ type: 'codes', texts: ['MB0123456789ABC'] }]);
    expect(blocks.findIndex(({ type }) => type === 'codes')).toBe(blocks.findIndex(({ type }) => type === 'rule') - 1);
  });

  test('comes alone: no drawer opens with it, no receipt is hidden behind it', () => {
    expect(printoutSchema.safeParse({ receipt: null, opensDrawer: true, slip }).success).toBe(false);
    expect(printoutSchema.safeParse({ receipt: makeReceipt(), opensDrawer: false, slip }).success).toBe(false);
  });
});

test('a picture holds nothing that a printer obeys in real time', () => {
  const rows = btoa(
    String.fromCharCode(...Array.from({ length: 576 }, (_, at) => [0x10, 0x14, 0x01, 0x10, 0x04][at % 5] ?? 0)),
  );
  const picture = { width: 576, height: 8, rows };
  const logo = { 58: picture, 80: picture };
  const bytes = escposPrintout(
    { receipt: makeReceipt({ logo }), opensDrawer: false },
    { paperMm: 80, hasChineseFont: true, hasCutter: true, hasDrawer: true },
    text,
  );
  const commands = Array.from(bytes, (byte, at) => byte === 0x10 && [0x04, 0x05, 0x14].includes(bytes[at + 1] ?? 0));
  expect(commands).not.toContain(true);
});
