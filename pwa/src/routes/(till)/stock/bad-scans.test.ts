import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CodeText, noticeText } from '#pwa/components/code-text.ts';
import { scanProblemText } from '#pwa/components/scan-problem-text.ts';
import { m } from '#pwa/paraglide/messages.js';
import { overwriteGetLocale } from '#pwa/paraglide/runtime.js';
import type { App } from '#pwa/state/app.svelte.ts';
import { startFakeApp } from '#pwa/state/fake-app.ts';
import { FakeTill, fakeSku } from '#pwa/state/fake-till.ts';
import { epcOf } from '#schemas/item-code/epc.ts';
import { isGtin14 } from '#schemas/item-code/gtin.ts';
import type { ScanProblem } from '#schemas/item-code/scanned-code.ts';
import type { CountRow } from '#schemas/stock/count-row.ts';
import { type LocaleCode, localeCodes } from '#schemas/text.ts';
import { countText } from './count/count-text.ts';
import { commissionText } from './label/commission-text.ts';
import { movingText } from './move/moving-text.ts';
import { receivingText } from './receive/receiving-text.ts';
import { shelfText } from './shelf/shelf-text.ts';
import { missingText } from './stock-texts.ts';

const gtin = '09506000134352';
const countId = '0b8c1c59-6f7e-4d0a-9c39-0d2a5b2f7a10';
const link = (serial: string) => `https://id.example/01/${gtin}/21/${serial}`;

/** What may be wrong with a scan, and what each screen says of it; null: no such thing is known here. */
const bad: readonly [what: string, raw: string, problem: ScanProblem | null][] = [
  ['a wrong check digit', '4006381333932', 'wrong-check-digit'],
  ['a malformed AI', `]d201${gtin}3103ABCDEF`, 'malformed-ai'],
  ['another merchant’s GTIN', '5901234123457', null],
  ['another merchant’s item', 'https://else.example/01/05901234123457/21/A1', null],
  ['a serial of 21 characters', link('A'.repeat(21)), 'too-long'],
  ['letters that look like digits', '4OO6381333931', 'look-alike'],
  ['letters of another alphabet', '4ОО6381333931', 'not-ascii'],
  ['a tag of another scheme', 'urn:epc:tag:grai-96:0.9506000.12345.1', 'foreign-epc'],
  ['a tag that was never written', 'E2801160600002054F2A1B3C', 'foreign-epc'],
  ['half a code', `]d201${gtin}21`, 'cut-off'],
  ['half an EAN', '40063813339', 'cut-off'],
  ['two codes in one scan', '40063813339314006381333931', 'two-codes'],
  ['two items in one scan', `${link('1')}${link('2')}`, 'two-codes'],
  ['a script', 'javascript:alert(1)//01/09506000134352', 'script-url'],
  ['a page of its own', 'data:text/html,<script>alert(1)</script>', 'script-url'],
  ['another web address', 'https://evil.example/win', 'foreign-link'],
  ['no end', 'x'.repeat(5_000), 'too-long'],
  ['markup', '<img src=x onerror=alert(1)>', null],
];

let till: FakeTill;
let app: App;
let locale: LocaleCode = 'en';
beforeAll(() => overwriteGetLocale(() => locale));

const plan: CountRow = {
  ...{ countId, name: 'Night', isBlind: false, passes: 1, deadlineAtMs: null, operatorIds: [], reason: 'plan' },
  ...{ scope: { placeIds: [], skuIds: [], categoryIds: [], brands: [] }, state: 'open', openedBy: 'bob' },
  ...{ openedAtMs: 1, closedPlaces: [], recounts: [] },
};

beforeEach(async () => {
  locale = 'en';
  till = new FakeTill();
  till.skus.push(fakeSku('COAT', 12_000, gtin));
  till.counts.rows = [plan];
  app = await startFakeApp(till);
  // A manager may do it all alone.
  await app.session.signIn('bob', '1234');
});

type Screen = {
  open: () => Promise<unknown>;
  read: (raw: string) => Promise<void>;
  /** What is said of the last scan; null: nothing. */
  told: () => CodeText | null;
  /** What the screen holds of what was scanned. */
  pieces: () => number;
};
const of = <Notice>(notice: Notice | null, text: (notice: Notice) => CodeText) =>
  notice === null ? null : text(notice);
const screens: Readonly<Record<string, Screen>> = {
  sell: {
    open: async () => undefined,
    read: (raw) => app.read(raw),
    told: () => of(app.scanner.notice, (notice) => noticeText(notice, app.preferences.formatLocale)),
    pieces: () => app.basket.pieces,
  },
  receive: {
    open: () => app.stock.receiving.open(null, '', []),
    read: (raw) => app.stock.receiving.read(raw),
    told: () => of(app.stock.receiving.notice, receivingText),
    pieces: () => app.stock.receiving.draft?.scans.length ?? 0,
  },
  'deliveries, none open': {
    open: async () => undefined,
    read: (raw) => app.stock.receiving.read(raw),
    told: () => of(app.stock.receiving.notice, receivingText),
    pieces: () => (app.stock.receiving.draft === null ? 0 : 1),
  },
  move: {
    open: () => app.stock.moving.start('place'),
    read: (raw) => app.stock.moving.read(raw),
    told: () => of(app.stock.moving.notice, movingText),
    pieces: () => app.stock.moving.draft?.lines.length ?? 0,
  },
  count: {
    open: async () => {
      await app.stock.counting.open();
      await app.stock.counting.enter({ countId, placeId: 'floor' });
    },
    read: (raw) => app.stock.counting.read(raw),
    told: () => of(app.stock.counting.notice, (notice) => countText(notice, app)),
    pieces: () => app.stock.counting.hand.tally.of('floor', 1).pieces,
  },
  'look up and trace': {
    open: async () => undefined,
    read: (raw) => app.stock.lookUp.read(raw),
    told: () => of(app.stock.lookUp.missing, missingText),
    pieces: () => (app.stock.lookUp.unit === null && app.stock.lookUp.goods === null ? 0 : 1),
  },
  'labels of items': {
    open: async () => undefined,
    read: (raw) => app.stock.commissioning.read(raw),
    told: () => of(app.stock.commissioning.notice, commissionText),
    pieces: () => (app.stock.commissioning.found === null ? 0 : 1),
  },
  'labels of shelves': {
    open: async () => undefined,
    read: (raw) => app.stock.shelf.read(raw),
    told: () => of(app.stock.shelf.notice, shelfText),
    pieces: () => app.stock.shelf.orders.length,
  },
};

describe.each(Object.entries(screens))('what is no code, scanned at: %s', (_, screen) => {
  test.each(bad)(
    '%s says what was read and what to do, in every language, and adds nothing',
    async (_what, raw, problem) => {
      await screen.open();
      await screen.read(raw);
      for (const one of localeCodes) {
        locale = one;
        const told = screen.told();
        const said = `${told?.title} ${told?.advice}`;
        expect(said).toContain(readOf(raw, problem));
        expect(told?.advice).not.toBe('');
        if (problem !== null) {
          expect(said).toContain(scanProblemText(problem));
          // It is of no store: nobody is sent to look for another one.
          expect(said).not.toContain(m.counting_news_unknown());
        }
        expect(said).not.toMatch(/[{}]|undefined|null/);
        expect(said.length).toBeLessThan(400);
      }
      const received = till.committed.flatMap(({ body }) => (Array.isArray(body.lines) ? body.lines : []));
      expect([screen.pieces(), received]).toEqual([0, []]);
    },
  );
});

/** As much of what was read as is shown; a code of goods is shown as such. */
function readOf(raw: string, problem: ScanProblem | null): string {
  if (raw.startsWith('https://else.example')) return '05901234123457';
  return problem === null || problem === 'look-alike' ? raw.slice(-9) : raw.slice(0, 12).replace(/^\]d2/, '');
}

describe('10,000 scans in a burst', () => {
  const epc = (serial: number) => {
    if (!isGtin14(gtin)) throw new Error('a GTIN');
    return epcOf(gtin, String(serial), 7).hex;
  };

  test('of one unit at the till: it is there once, and each other scan says so', async () => {
    await Promise.all(Array.from({ length: 10_000 }, () => app.read(link('A1'))));
    expect([app.basket.pieces, app.scanner.notice?.code]).toEqual([1, 'unit-already']);
  });

  test('of broken and whole codes while receiving: the whole ones are there once each, the broken ones are written down', async () => {
    await screens.receive?.open();
    const scans = Array.from({ length: 10_000 }, (_, at) => (at % 2 === 0 ? link(String(at)) : 'javascript:alert(1)'));
    await Promise.all(scans.map((raw) => app.stock.receiving.read(raw)));
    await app.stock.receiving.settle();
    const bodies = till.committed.map(
      ({ body }) => body as { lines: { serials: string[] }[]; unknown: { count: number }[] },
    );
    const serials = bodies.flatMap(({ lines }) => lines.flatMap((line) => line.serials));
    expect([serials.length, new Set(serials).size]).toEqual([5_000, 5_000]);
    const strange = bodies.flatMap(({ unknown }) => unknown.map(({ count }) => count));
    expect(strange.reduce((sum, count) => sum + count, 0)).toBe(5_000);
  });

  test('of 10,000 tags while counting: each once', async () => {
    await screens.count?.open();
    for (let at = 0; at < 10_000; at += 200) {
      await app.stock.counting.readTags(Array.from({ length: 200 }, (_, next) => epc(at + next)));
    }
    expect(screens.count?.pieces()).toBe(10_000);
  });
});
