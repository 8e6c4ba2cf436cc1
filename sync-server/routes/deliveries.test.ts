import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AnnounceAnswer,
  announceAnswerSchema,
  cartonDetailSchema,
  type DeliveryDetail,
  deliveryDetailSchema,
  deliveryListSchema,
} from '#schemas/api/deliveries.ts';
import { postDocuments } from '../journal/posting.ts';
import { asDocument, makeTill, type TestTill } from '../journal/test-journal.ts';
import { TestChain } from '../people/test-chain.ts';
import { TestBrowser } from './test-browser.ts';

let chain: TestChain;
let mia: TestBrowser;
let till: TestTill;

const deliveries = 'stores/store-a/deliveries';
const tea = { sku: 'TEA', gtin: '04006381333931' };
const jumper = { sku: 'JUM', gtin: '00036000291452' };
const foreign = '00000096385074';
const sscc = '106141412345678908';

beforeAll(async () => {
  chain = await TestChain.open();
  const rows = [
    ['chain', tea.sku, tea.gtin, 'quantity', 'Tea'],
    ['chain', jumper.sku, jumper.gtin, 'item', 'Jumper'],
    ['rival', 'THEIRS', foreign, 'quantity', 'Theirs'],
  ];
  for (const [merchantId, skuId, gtin, tracking, name] of rows) {
    await chain.sql(
      `insert into sku (merchant_id, sku_id, names, tax_class, tracking, revision)
       values ($1, $2, jsonb_build_object('en', $4::text), 'standard', $3, 1)`,
      [merchantId, skuId, tracking, name],
    );
    await chain.sql('insert into gtin (merchant_id, gtin14, sku_id, revision) values ($1, $2, $3, 1)', [
      merchantId,
      gtin,
      skuId,
    ]);
  }
  await chain.addSupplier('acme', 'Acme');
  mia = new TestBrowser(chain.app);
  await mia.ask('POST', '/api/session', { name: 'mia', password: 'correct horse battery' });
  till = await makeTill(chain.context, 'store-a', 1);
});
afterAll(() => chain.close());

async function upload(csv: string | Uint8Array, query: Record<string, string> = {}) {
  const asked = new URLSearchParams({ supplierId: 'acme', reference: 'PO-1', ...query });
  const response = await mia.sendBytes(`/api/${deliveries}/csv?${asked}`, csv);
  return [response.status, await response.json()] as [number, unknown];
}
async function announced(csv: string, query: Record<string, string> = {}): Promise<AnnounceAnswer> {
  const [status, answer] = await upload(csv, query);
  expect([status, answer]).toEqual([200, answer]);
  return announceAnswerSchema.parse(answer);
}
/** `line column code detail` of each problem, and that nothing was written. */
async function problemsOf(csv: string | Uint8Array, query: Record<string, string> = {}): Promise<string[]> {
  const before = await entryCount();
  const [status, body] = await upload(csv, query);
  const { problems, failure, summary, deliveryIds } = announceAnswerSchema.parse(body);
  expect([status, summary, deliveryIds, await entryCount()]).toEqual([422, null, [], before]);
  const rows = problems.map(({ line, column, code, detail }) =>
    `${line} ${column ?? '-'} ${code} ${detail ?? ''}`.trim(),
  );
  return failure ? [[failure.code, ...failure.columns].join(' '), ...rows] : rows;
}
async function entryCount(): Promise<number> {
  const [row] = await chain.sql<{ n: number }>(`select count(*)::int as n from journal where store_id = 'store-a'`);
  return row?.n ?? -1;
}
async function detailOf(deliveryId: string | undefined): Promise<DeliveryDetail> {
  const [status, body] = await chain.ask('mia', `${deliveries}/${deliveryId}`);
  expect(status).toBe(200);
  return deliveryDetailSchema.parse(body);
}
async function post(kind: string, body: Record<string, unknown>): Promise<string> {
  const entry = await till.next(kind, { ...body, approvals: [] });
  const posted = await postDocuments(chain.context, 'store-a', till.author, [asDocument(entry)]);
  expect(posted).toMatchObject({ ok: true, value: [{ ok: true }] });
  return entry._id;
}
const received = (deliveryId: string | undefined, lines: object[], unknown: object[] = []) =>
  post('goods-received', { deliveryId, isTransfer: false, reference: '', lines, unknown });
const receivedLine = (skuId: string, quantity: number, changes: object = {}) => ({
  ...{ skuId, gtin14: null, quantity, serials: [], placeId: 'floor', sscc: null, batch: null, expiresOn: null },
  ...{ condition: 'good', reason: '', photo: null },
  ...changes,
});

describe('announcing by a file', () => {
  test('rows of one carton, SKU and batch are one line with its serials; a preview writes nothing', async () => {
    const csv = [
      'SSCC;EAN;Qty;Serial;Lot;Use by',
      `(00)${sscc};036000291452;1;A-1;B1;2027/1/31`,
      `${sscc};036000291452;;A-2;B1;270131`,
      ';4006381333931;12;;;',
    ].join('\r\n');
    const before = await entryCount();
    const preview = await announced(csv, { preview: '1' });
    expect([await entryCount(), preview.deliveryIds]).toEqual([before, []]);
    const summary = { pieces: 14, units: 2, cartons: 1, skuCount: 2, parts: 1 };
    expect(preview).toMatchObject({ rows: 3, problemCount: 0, summary });
    const { deliveryIds } = await announced(csv, { expectedOn: '2026-11-30', placeId: 'back' });
    const [deliveryId] = deliveryIds;
    const detail = await detailOf(deliveryId);
    expect(detail).toMatchObject({
      source: { type: 'supplier', supplierId: 'acme', name: 'Acme' },
      reference: 'PO-1',
      expectedOn: '2026-11-30',
      state: 'awaited',
      expected: 14,
      short: 14,
      announced: { operatorName: 'Mia', tillName: null },
      cartons: [{ sscc, expected: 2, received: 0 }],
    });
    expect(detail.skus.map(({ skuId, expected, names }) => [skuId, expected, names?.en])).toEqual([
      ['JUM', 2, 'Jumper'],
      ['TEA', 12, 'Tea'],
    ]);
    const carton = cartonDetailSchema.parse((await chain.ask('mia', `${deliveries}/${deliveryId}/cartons/${sscc}`))[1]);
    const line = { skuId: 'JUM', quantity: 2, serials: ['A-1', 'A-2'], batch: 'B1', expiresOn: '2027-01-31' };
    expect(carton.lines).toMatchObject([line]);
    const units = await chain.sql(
      `select serial, state, place_id from unit where store_id = 'store-a' order by serial`,
    );
    expect(units).toEqual(['A-1', 'A-2'].map((serial) => ({ serial, state: 'expected', place_id: 'back' })));
    expect(await chain.sql('select code from exception')).toEqual([]);
  });

  test('a notice that is larger than an entry is deliveries that name each other; what only looks so does not', async () => {
    const cartonOf = (at: number) => `${at}`.padStart(17, '0');
    const withCheck = (digits: string) => {
      const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 3 : 1), 0);
      return `${digits}${(10 - (sum % 10)) % 10}`;
    };
    // Two lines a carton and 2,600 cartons: more than the 5,000 lines of an entry.
    const rows = Array.from({ length: 2_600 }, (_, at) => {
      const code = withCheck(cartonOf(at + 1));
      return `${code},TEA,2,,B1\n${code},TEA,1,,B2`;
    });
    const csv = `sscc,sku,quantity,serial,batch\n${rows.join('\n')}\n`;
    const { deliveryIds } = await announced(csv, { reference: 'LONG' });
    const [first = '', second = ''] = deliveryIds;
    expect(deliveryIds).toHaveLength(2);
    await received(first, [receivedLine('TEA', 5)]);
    const parts = [
      { deliveryId: first, reference: 'LONG (1/2)', state: 'receiving', expected: 7_500, received: 5 },
      { deliveryId: second, reference: 'LONG (2/2)', state: 'awaited', expected: 300, received: 0 },
    ];
    for (const id of deliveryIds) expect((await detailOf(id)).parts).toEqual(parts);
    const alone = await announced('sku,quantity\nTEA,1\n', { reference: 'LONG (1/2)' });
    expect((await detailOf(alone.deliveryIds[0])).parts).toEqual([]);
  });

  test('what may be a mistake is said before, and announced all the same', async () => {
    const csv = `gtin,sku,quantity,serial,sscc,expires_on\n,JUM,,A-1,${sscc},2020-01-01\n,JUM,3,,,\n`;
    const { warnings } = await announced(csv, { preview: '1' });
    expect(warnings.map(({ code, count, example }) => [code, count, example])).toEqual([
      ['reference-used', 1, 'PO-1'],
      ['units-expected', 1, 'A-1'],
      ['cartons-expected', 1, sscc],
      ['expired', 1, '2020-01-01'],
      ['units-without-serial', 3, 'JUM'],
    ]);
  });

  test('everything wrong with a file is said at once by line and column, and nothing is announced', async () => {
    const csv = [
      'sscc,gtin,sku,quantity,serial,batch,expires_on',
      '106141412345678907,4006381333932,,0,,,31/12/2026',
      `,${foreign},,1,,,`,
      ',,NONE,1,,,',
      `,${tea.gtin},JUM,1,,,`,
      ',,,5,,,',
      ',,TEA,1,S1,,',
      `,${jumper.gtin},,2,S1,,`,
      `,${jumper.gtin},,1,ABCDEFGHIJKLMNOPQRSTU,,`,
      `,${jumper.gtin},,1,ÄÖ,a b,`,
      `,${jumper.gtin},,,S2,,2026-02-30`,
      `,${jumper.gtin},,,S3,,`,
      `,${jumper.gtin},,,S3,,`,
      ',4.00638E+12,,1',
    ].join('\n');
    expect(await problemsOf(csv)).toEqual([
      '2 gtin gtin-check-digit 1',
      '2 sscc sscc-check-digit 8',
      '2 quantity quantity-format',
      '2 expires_on date-format',
      '3 gtin gtin-unknown',
      '4 sku sku-unknown',
      '5 gtin gtin-other-sku TEA',
      '6 - goods-missing',
      '7 serial not-by-unit TEA',
      '8 quantity quantity-of-unit',
      '9 serial serial-too-long 21',
      '10 serial serial-format',
      '10 batch batch-format',
      '11 expires_on date-format',
      '13 serial serial-twice 12',
      '14 - too-few-cells 7',
    ]);
  });

  test('a file without its columns, without rows, of unknown bytes or with an open quote', async () => {
    expect(await problemsOf('')).toEqual(['empty-file']);
    expect(await problemsOf('gtin,quantity\n\n,\n')).toEqual(['empty-file']);
    expect(await problemsOf('colour,size\nred,4\n')).toEqual(['column-missing gtin quantity']);
    expect(await problemsOf('gtin,EAN,qty\n1,2,3\n')).toEqual(['column-twice gtin']);
    expect(await problemsOf(Buffer.from('sku,quantity\nTEA,1\ncaf\xe9,1\n', 'latin1'))).toEqual(['encoding-unknown']);
    expect(await problemsOf('sku,quantity\nTEA,1\n"TEA,2\nTEA,3\n')).toEqual(['3 - quote-not-closed']);
    expect(await problemsOf('sku,quantity\nTEA,1\n', { placeId: 'nowhere' })).toEqual(['place-unknown']);
    expect(await problemsOf('sku,quantity,serial\nTEA\u0000,1,\n')).toEqual(['2 sku unreadable-character']);
  });

  test('a formula, a script and an SQL text are codes that nobody knows, told as they were read', async () => {
    const evil = ['=cmd|calc!A1', '<script>alert(1)</script>', "'; drop table sku; --"];
    const csv = `sku,quantity\n${evil.map((text) => `"${text}",1`).join('\n')}\n`;
    const [, body] = await upload(csv);
    const { problems } = announceAnswerSchema.parse(body);
    expect(problems.map(({ code, read }) => [code, read])).toEqual(evil.map((text) => ['sku-unknown', text]));
  });

  test('a file of Windows in Chinese is read', async () => {
    // 条码,数量 in GB18030.
    const bytes = Buffer.concat([Buffer.from('ccf5c2eb2ccafdc1bf0a', 'hex'), Buffer.from(`${tea.gtin},7\n`)]);
    expect(announceAnswerSchema.parse((await upload(bytes, { preview: '1' }))[1]).summary?.pieces).toBe(7);
  });

  test('100,000 lines: serials are one entry, and bad ones are counted; 200,001 are too many', async () => {
    const serials = Array.from({ length: 60_000 }, (_, n) => `,JUM,S${n},PAL`);
    const good = `gtin,sku,serial,batch\n${serials.join('\n')}`;
    const { summary, deliveryIds } = await announced(good, { reference: 'BIG' });
    expect(summary).toMatchObject({ pieces: 60_000, units: 60_000, parts: 1 });
    expect(deliveryIds).toHaveLength(1);
    const bad = `gtin,quantity\n${Array.from({ length: 100_000 }, () => '123,x').join('\n')}`;
    const [status, answer] = await upload(bad);
    const { problemCount, problems, rows } = announceAnswerSchema.parse(answer);
    expect([status, problemCount, problems.length, rows]).toEqual([422, 200_000, 100, 100_000]);
    const tooMany = `sku,quantity\n${'TEA,1\n'.repeat(200_001)}`;
    expect(await problemsOf(tooMany)).toEqual(['too-many-rows']);
    expect((await upload('x'.repeat(16_000_001)))[0]).toBe(413);
  }, 60_000);

  test('what is over the size of an entry is several deliveries, cut between cartons; a carton that is, is refused', async () => {
    const digit = (body: string) => {
      const sum = [...body].reverse().reduce((total, one, at) => total + Number(one) * (at % 2 === 0 ? 3 : 1), 0);
      return `${body}${(10 - (sum % 10)) % 10}`;
    };
    const carton = (n: number) => digit(`1061414${String(n).padStart(10, '0')}`);
    const rows = Array.from({ length: 6_000 }, (_, n) => `${carton(Math.floor(n / 7))},TEA,1,B${n}`);
    const csv = `sscc,sku,quantity,batch\n${rows.join('\n')}`;
    const { deliveryIds, summary } = await announced(csv, { reference: 'SPLIT' });
    expect([deliveryIds.length, summary?.parts]).toEqual([2, 2]);
    const [first, second] = [await detailOf(deliveryIds[0]), await detailOf(deliveryIds[1])];
    expect([first.reference, second.reference]).toEqual(['SPLIT (1/2)', 'SPLIT (2/2)']);
    expect(first.expected + second.expected).toBe(6_000);
    const shared = first.cartons.filter(({ sscc }) => second.cartons.some((other) => other.sscc === sscc));
    expect(shared).toEqual([]);
    const one = `sscc,sku,quantity,batch\n${rows.map((row) => row.replace(/^\d+/, carton(1))).join('\n')}`;
    expect(await problemsOf(one)).toEqual(['2 sscc carton-too-large']);
  }, 60_000);
});

describe('announcing by JSON', () => {
  test('lines with serials as a list; the same checks by the place of the line', async () => {
    const lines = [
      { skuId: 'JUM', quantity: 2, serials: ['J1', 'J2'] },
      { gtin: tea.gtin, quantity: 5 },
    ];
    const [status, body] = await chain.ask('mia', deliveries, { supplierId: 'acme', reference: 'J', lines });
    expect([status, announceAnswerSchema.parse(body).summary]).toMatchObject([200, { pieces: 7, units: 2 }]);
    const bad = [lines[0], { skuId: 'JUM', quantity: 3, serials: ['J3'] }, { gtin: foreign, quantity: 1 }];
    const [refused, answer] = await chain.ask('mia', deliveries, { supplierId: 'acme', lines: bad });
    expect([refused, announceAnswerSchema.parse(answer).problems]).toMatchObject([
      422,
      [
        { line: 2, column: 'quantity', code: 'quantity-of-unit' },
        { line: 3, column: 'gtin', code: 'gtin-unknown' },
      ],
    ]);
    expect((await chain.ask('mia', deliveries, { supplierId: 'acme', lines: [] }))[0]).toBe(400);
  });
});

describe('the goods-received note', () => {
  const photo = 'data:image/png;base64,iVBORw0KGgo=';

  test('who received what, what is short, over, damaged and unknown; then it is closed once', async () => {
    const csv = `sscc,gtin,quantity,serial\n${sscc},${tea.gtin},10,\n,${jumper.gtin},,G1\n`;
    const [deliveryId] = (await announced(csv, { reference: 'GRN' })).deliveryIds;
    await received(deliveryId, [receivedLine('TEA', 8, { sscc })]);
    const damaged = { condition: 'damaged', reason: 'wet', photo, sscc };
    const entryId = await received(
      deliveryId,
      [receivedLine('TEA', 4, damaged), receivedLine('NEW', 1)],
      [{ text: '<b>?', count: 2 }],
    );
    expect(await detailOf(deliveryId)).toMatchObject({
      state: 'receiving',
      ...{ expected: 11, received: 13, damaged: 4, short: 1, over: 3 },
      skus: [
        { skuId: 'TEA', expected: 10, received: 12, damaged: 4, difference: 2 },
        { skuId: 'JUM', difference: -1 },
        { skuId: 'NEW', names: null, expected: 0, difference: 1 },
      ],
      cartons: [{ sscc, expected: 10, received: 12, damaged: 4 }],
      receipts: [
        { pieces: 8, tillName: 'till 1' },
        { pieces: 5, damaged: 4 },
      ],
      damage: [{ entryId, line: 1, skuId: 'TEA', quantity: 4, reason: 'wet', hasPhoto: true }],
      unitsAwaited: [{ skuId: 'JUM', gtin14: jumper.gtin, serial: 'G1' }],
      unknown: [{ text: '<b>?', count: 2 }],
    });
    const image = await mia.send('GET', `/api/${deliveries}/${deliveryId}/photos/${entryId}/1`);
    expect([image.status, image.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(Buffer.from(await image.arrayBuffer()).toString('base64')).toBe(photo.split(',')[1]);
    expect((await mia.send('GET', `/api/${deliveries}/${deliveryId}/photos/${entryId}/2`)).status).toBe(404);
    expect(await chain.outcome('mia', `${deliveries}/${deliveryId}/close`, { note: 'one is lost' })).toBe('200');
    expect(await chain.outcome('mia', `${deliveries}/${deliveryId}/close`, {})).toBe('409 conflict');
    const closed = await detailOf(deliveryId);
    expect(closed).toMatchObject({
      state: 'closed',
      receipts: [{}, {}, { closes: true, note: 'one is lost', operatorName: 'Mia' }],
    });
  });

  test('open and closed ones are listed apart, latest first, in pages', async () => {
    const all: string[] = [];
    let before = '';
    do {
      const [, body] = await chain.ask('mia', `${deliveries}?limit=2${before}`);
      const page = deliveryListSchema.parse(body);
      all.push(...page.deliveries.map(({ deliveryId }) => deliveryId));
      before = page.next === null ? '' : `&before=${page.next}`;
    } while (before !== '');
    const rows = await chain.sql<{ id: string }>(
      `select delivery_id as id from delivery where store_id = 'store-a' order by announced_at_ms desc, delivery_id desc`,
    );
    const closed = deliveryListSchema.parse((await chain.ask('mia', `${deliveries}?state=closed`))[1]);
    expect(closed.deliveries).toMatchObject([{ reference: 'GRN', state: 'closed', short: 1, over: 3 }]);
    expect(all).toEqual(rows.map(({ id }) => id).filter((id) => id !== closed.deliveries[0]?.deliveryId));
  });

  test('a delivery that is not there', async () => {
    for (const path of ['0000-000009999', 'x', '0000-000009999/cartons/1']) {
      expect(await chain.outcome('mia', `${deliveries}/${path}`)).toBe('404 not-found');
    }
    expect(await chain.outcome('mia', `${deliveries}/0000-000009999/close`, {})).toBe('404 not-found');
  });
});

test('[A1] nobody reads or announces in a store that is not theirs', async () => {
  for (const [who, outcome] of [
    ['cleo', '403 forbidden'],
    ['nat', '403 forbidden'],
    ['rob', '403 forbidden'],
    ['olga', '200'],
  ] as const) {
    expect([who, await chain.outcome(who, deliveries)]).toEqual([who, outcome]);
    const body = { supplierId: 'acme', lines: [{ skuId: 'TEA', quantity: 1 }] };
    expect([who, await chain.outcome(who, deliveries, body)]).toEqual([who, outcome]);
  }
});
