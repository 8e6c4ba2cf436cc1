import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AnnounceAnswer, announceAnswerSchema } from '#schemas/api/deliveries.ts';
import { orderAnswerSchema } from '#schemas/api/orders.ts';
import {
  type ShipmentDetail,
  shipmentAnswerSchema,
  shipmentDetailSchema,
  shipmentListSchema,
} from '#schemas/api/shipments.ts';
import { isSscc } from '#schemas/item-code/element-string.ts';
import { piecesIn } from '#schemas/procurement/shipment.ts';
import type { CartonRow } from '#schemas/stock/delivery.ts';
import { rebuildStore } from '../journal/rebuild.ts';
import { TestChain, withSupplier } from '../people/test-chain.ts';

let chain: TestChain;
const people: Record<string, string> = {};
const cupGtin = '04006381333931';

beforeAll(async () => {
  chain = await TestChain.open();
  await chain.addSupplier('acme', 'Acme');
  await chain.addSupplier('bolt', 'Bolt');
  await chain.sql(
    `insert into sku (merchant_id, sku_id, names, tax_class, tracking, revision)
     values ('chain', 'TEA', '{"en":"Tea"}', 'standard', 'quantity', 1), ('chain', 'CUP', '{"en":"Cup"}', 'standard', 'item', 1),
            ('chain', 'POT', '{"en":"Pot"}', 'standard', 'quantity', 1)`,
  );
  await chain.sql(`insert into gtin (merchant_id, gtin14, sku_id, revision) values ('chain', '${cupGtin}', 'CUP', 1)`);
  for (const [name, supplier] of [
    ['ada', 'acme'],
    ['bea', 'bolt'],
  ] as const) {
    const grants = [withSupplier('supplier-clerk', supplier)];
    people[name] = await chain.add('olga', { name, pin: null, grants }, 'staff');
    await chain.openAccount(people[name]);
  }
});
afterAll(() => chain.close());

const ask = (who: string, path: string, body?: unknown) => chain.ask(people[who] ?? who, path, body);
const outcome = (who: string, path: string, body?: unknown) => chain.outcome(people[who] ?? who, path, body);

/** An order for 10 teas and 4 cups that both agreed on. */
async function agreed(supplierId = 'acme', who = 'ada'): Promise<string> {
  const lines = [
    { lineNumber: 1, skuId: 'TEA', quantity: 10, unitCostMinor: 450, dueOn: '2026-12-01' },
    { lineNumber: 2, skuId: 'CUP', quantity: 4, unitCostMinor: 1_205, dueOn: '2026-12-01' },
  ];
  const [, answer] = await ask('mia', 'stores/store-a/orders', { supplierId, lines });
  const { orderId } = orderAnswerSchema.parse(answer);
  await ask('mia', `stores/store-a/orders/${orderId}/steps`, { version: 1, step: { step: 'ordered' } });
  await ask(who, `supplies/${supplierId}/orders/${orderId}/steps`, { version: 2, step: { step: 'confirmed' } });
  return orderId;
}
const pathOf = (orderId: string, supplierId = 'acme') => `supplies/${supplierId}/orders/${orderId}/shipments`;
const all = [
  { skuId: 'TEA', quantity: 10, perCarton: 4 },
  { skuId: 'CUP', quantity: 4, perCarton: null },
];
async function pack(orderId: string, goods: object[] = all, who = 'ada', supplierId = 'acme'): Promise<ShipmentDetail> {
  const [status, answer] = await ask(who, pathOf(orderId, supplierId), { goods });
  expect([status, answer]).toEqual([200, answer]);
  return read(orderId, shipmentAnswerSchema.parse(answer).shipmentId, who, supplierId);
}
async function read(orderId: string, shipmentId: string, who = 'ada', supplierId = 'acme'): Promise<ShipmentDetail> {
  return shipmentDetailSchema.parse((await ask(who, `${pathOf(orderId, supplierId)}/${shipmentId}`))[1]);
}
type Sent = AnnounceAnswer & { status: number };
async function send({ orderId, shipmentId, version }: ShipmentDetail, preview = false): Promise<Sent> {
  const [status, answer] = await ask('ada', `${pathOf(orderId)}/${shipmentId}/send`, { version, preview });
  return { status, ...announceAnswerSchema.parse(answer) };
}
async function save(detail: ShipmentDetail, cartons: ShipmentDetail['packing']['cartons']): Promise<[number, unknown]> {
  const { orderId, shipmentId, version, packing } = detail;
  const path = `${pathOf(orderId)}/${shipmentId}`;
  return chain.put(people.ada ?? '', path, { version, packing: { ...packing, cartons } });
}
const deliveriesOf = (orderId: string) =>
  chain.sql<{
    row: { cartons: string[]; skus: { skuId: string; quantity: number; coded?: number }[]; source: object };
  }>(`select row from delivery where row->'source'->>'orderId' = $1 order by delivery_id`, [orderId]);

test('[SH2] [SH3] an order is packed by proposal: full cartons, the rest in one, codes for what has codes', async () => {
  const orderId = await agreed();
  const made = await pack(orderId);
  expect(made).toMatchObject({
    phase: 'draft',
    number: 1,
    pieces: 14,
    cartons: 3,
    storeName: 'store-a',
    merchantName: 'chain',
  });
  expect(made.packing.cartons.map(({ goods }) => goods.map(({ skuId, quantity }) => [skuId, quantity]))).toEqual([
    [['TEA', 4]],
    [['TEA', 4]],
    [
      ['TEA', 2],
      ['CUP', 4],
    ],
  ]);
  expect(made.packing.cartons.every(({ sscc }) => isSscc(sscc))).toBe(true);
  const cups = made.packing.cartons[2]?.goods[1];
  expect(cups).toMatchObject({ gtin14: cupGtin, quantity: 4 });
  expect(new Set(cups?.serials).size).toBe(4);
  expect(made.goods).toMatchObject([
    { skuId: 'TEA', ordered: 10, open: 10 },
    { skuId: 'CUP', gtins: [cupGtin] },
  ]);
  const next = await pack(orderId, [{ skuId: 'CUP', quantity: 1, perCarton: null }]);
  expect(next.number).toBe(2);
  const numbers = [...made.packing.cartons, ...next.packing.cartons].map(({ sscc }) => sscc);
  expect(new Set(numbers).size).toBe(4);
});

test('[SH5] it is announced once with every carton and every item code, however often it is sent', async () => {
  const orderId = await agreed();
  const made = await pack(orderId);
  const preview = await send(made, true);
  expect(preview).toMatchObject({
    status: 200,
    deliveryIds: [],
    summary: { pieces: 14, units: 4, cartons: 3 },
    warnings: [],
  });
  const asked = { version: made.version, preview: false };
  const sending = () => ask('ada', `${pathOf(orderId)}/${made.shipmentId}/send`, asked);
  const both = await Promise.all([sending(), sending()]);
  // Of two at once one announces it; the other is told the same, or that it is sent already.
  expect(both.map(([status]) => status)).toContain(200);
  for (const [status] of both) expect([200, 409]).toContain(status);
  const told = both.flatMap(([status, answer]) => (status === 200 ? [announceAnswerSchema.parse(answer)] : []));
  const again = await send(await read(orderId, made.shipmentId));
  const [done] = told;
  for (const { deliveryIds } of told) expect(deliveryIds).toEqual(again.deliveryIds);
  const [delivery, ...others] = await deliveriesOf(orderId);
  expect(others).toEqual([]);
  expect(delivery?.row).toMatchObject({
    source: { orderId, shipmentId: made.shipmentId, supplierId: 'acme' },
    cartons: made.packing.cartons.map(({ sscc }) => sscc),
    skus: [
      { skuId: 'TEA', quantity: 10 },
      { skuId: 'CUP', quantity: 4, coded: 4 },
    ],
  });
  const units = await chain.sql<{ serial: string }>(
    `select serial from unit where store_id = 'store-a' and gtin14 = $1`,
    [cupGtin],
  );
  const codes = made.packing.cartons.flatMap(({ goods }) => goods.flatMap(({ serials }) => serials));
  expect(units.map(({ serial }) => serial)).toEqual(expect.arrayContaining(codes));
  // What is sent stays as it was, also when the tables are made again.
  await rebuildStore(chain.context, 'store-a');
  const sent = await read(orderId, made.shipmentId);
  expect(sent).toMatchObject({ phase: 'sent', deliveryIds: done?.deliveryIds, goods: [{ open: 0 }, { open: 0 }] });
  expect((await save(sent, []))[0]).toBe(409);
  expect(await outcome('ada', `${pathOf(orderId)}/${made.shipmentId}/discard`, { version: sent.version })).toBe(
    '409 conflict',
  );
});

test('a server that dies while it is sending leaves a shipment that is sent by sending it again', async () => {
  const orderId = await agreed();
  const made = await pack(orderId);
  await chain.sql(`update shipment set phase = 'sending' where shipment_id = $1`, [made.shipmentId]);
  const stuck = await read(orderId, made.shipmentId);
  expect(stuck.phase).toBe('sending');
  expect((await save(stuck, []))[0]).toBe(409);
  expect((await send(stuck)).deliveryIds).toHaveLength(1);
  await chain.sql(`update shipment set phase = 'sending' where shipment_id = $1`, [made.shipmentId]);
  // Announced, and the row does not know it yet.
  expect((await read(orderId, made.shipmentId)).phase).toBe('sent');
  expect((await send(await read(orderId, made.shipmentId))).deliveryIds).toHaveLength(1);
  expect(await deliveriesOf(orderId)).toHaveLength(1);
});

test('[SH4] of two who pack at once one is second; codes that are there stay, what is missing is made', async () => {
  const orderId = await agreed();
  const made = await pack(orderId, [{ skuId: 'CUP', quantity: 2, perCarton: null }]);
  const [carton] = made.packing.cartons;
  const [cups] = carton?.goods ?? [];
  if (!carton || !cups) throw new Error('it is packed');
  const own = { ...carton, goods: [{ ...cups, quantity: 3, serials: ['OWN-1', ...cups.serials.slice(1)] }] };
  const both = await Promise.all([save(made, [own]), save(made, [own])]);
  expect(both.map(([status]) => status).toSorted()).toEqual([200, 409]);
  const saved = await read(orderId, made.shipmentId);
  expect(saved.packing.cartons[0]?.sscc).toBe(carton.sscc);
  expect(saved.packing.cartons[0]?.goods[0]?.serials).toEqual(['OWN-1', cups.serials[1], expect.any(String)]);
});

test('[SH6] a carton or an item of another open notice of theirs is refused and said; nobody else is told of it', async () => {
  const [orderId, later] = [await agreed(), await agreed()];
  const first = await pack(orderId);
  expect((await send(first)).status).toBe(200);
  const second = await pack(later);
  const [carton, ...rest] = second.packing.cartons;
  const cups = first.packing.cartons[2]?.goods[1];
  if (!carton || !cups) throw new Error('it is packed');
  const copied = [
    { sscc: first.packing.cartons[0]?.sscc ?? '', goods: carton.goods },
    { ...rest[0], sscc: '', goods: [cups] },
  ];
  expect((await save(second, copied))[0]).toBe(200);
  const refused = await send(await read(later, second.shipmentId));
  expect(refused.status).toBe(422);
  expect(refused.problems.map(({ code, line, detail }) => [code, line, detail])).toEqual([
    ['carton-announced', 1, first.packing.reference],
    ...cups.serials.map(() => ['serial-announced', 2, first.packing.reference]),
  ]);
  // It was refused whole, and can be mended.
  expect(await deliveriesOf(later)).toEqual([]);
  expect((await read(later, second.shipmentId)).phase).toBe('draft');

  const bolts = await agreed('bolt', 'bea');
  const theirs = await pack(bolts, all, 'bea', 'bolt');
  const path = `${pathOf(bolts, 'bolt')}/${theirs.shipmentId}`;
  await chain.put(people.bea ?? '', path, { version: 1, packing: { ...theirs.packing, cartons: copied } });
  const [status, told] = await ask('bea', `${path}/send`, { version: 2, preview: true });
  expect(status).toBe(200);
  expect(announceAnswerSchema.parse(told)).toMatchObject({ problems: [], warnings: [] });
});

test('[SH7] more than is open is a warning; goods that the order does not have, and bad codes, are refused', async () => {
  const orderId = await agreed();
  const more = await pack(orderId, [{ skuId: 'TEA', quantity: 12, perCarton: null }]);
  expect((await send(more, true)).warnings).toMatchObject([{ code: 'more-than-ordered', count: 2 }]);
  expect(await outcome('ada', pathOf(orderId), { goods: [{ skuId: 'POT', quantity: 1, perCarton: null }] })).toBe(
    '400 bad-request',
  );
  const [carton] = more.packing.cartons;
  const [tea] = carton?.goods ?? [];
  if (!carton || !tea) throw new Error('it is packed');
  const other = { ...tea, skuId: 'POT' };
  expect((await save(more, [{ ...carton, goods: [other] }]))[0]).toBe(400);
  expect((await save(more, [carton, carton]))[0]).toBe(400);
  const odd = { ...tea, gtin14: '09506000134352', serials: [] };
  expect((await save(more, [{ sscc: '123', goods: [odd] }]))[0]).toBe(200);
  const refused = await send(await read(orderId, more.shipmentId));
  expect([refused.status, refused.problems.map(({ code }) => code)]).toEqual([422, ['sscc-format']]);
  expect((await save(await read(orderId, more.shipmentId), [{ ...carton, goods: [odd] }]))[0]).toBe(200);
  // Another merchant's GTIN is as unknown as any.
  const unknown = await send(await read(orderId, more.shipmentId));
  expect([unknown.status, unknown.problems.map(({ code }) => code)]).toEqual([422, ['gtin-unknown']]);
  expect((await save(await read(orderId, more.shipmentId), []))[0]).toBe(200);
  expect((await send(await read(orderId, more.shipmentId))).failure).toEqual({ code: 'empty-file', columns: [] });
});

test('an order that is over is not shipped, however far its packing was', async () => {
  const orderId = await agreed();
  const made = await pack(orderId);
  const step = { step: 'cancelled', note: 'too late' };
  expect(await outcome('mia', `stores/store-a/orders/${orderId}/steps`, { version: 3, step })).toBe('200');
  expect(
    await outcome('ada', `supplies/acme/orders/${orderId}/steps`, { version: 4, step: { step: 'confirmed' } }),
  ).toBe('200');
  expect((await send(made, true)).failure).toMatchObject({ code: 'order-over' });
  expect(await outcome('ada', `${pathOf(orderId)}/${made.shipmentId}/send`, { version: 1, preview: false })).toBe(
    '409 conflict',
  );
  expect(await outcome('ada', pathOf(orderId), { goods: all })).toBe('409 conflict');
  expect(await deliveriesOf(orderId)).toEqual([]);
});

test('[A1] [SH1] a shipment is there for its supplier alone', async () => {
  const orderId = await agreed();
  const { shipmentId, packing } = await pack(orderId);
  const path = `${pathOf(orderId)}/${shipmentId}`;
  for (const who of ['bea', 'mia', 'olga', 'rex']) {
    expect([who, await outcome(who, path)]).toEqual([who, '403 forbidden']);
    expect([who, await outcome(who, `${path}/send`, { version: 1, preview: false })]).toEqual([who, '403 forbidden']);
  }
  for (const tried of [`${pathOf(orderId, 'bolt')}/${shipmentId}`, pathOf(orderId, 'bolt')]) {
    expect(await outcome('bea', tried)).toBe('404 not-found');
  }
  const own = pathOf(orderId, 'bolt');
  expect(await outcome('bea', own, { goods: all })).toBe('404 not-found');
  expect((await chain.put(people.bea ?? '', `${own}/${shipmentId}`, { version: 1, packing }))[0]).toBe(404);
  expect(await outcome('bea', `${own}/${shipmentId}/send`, { version: 1, preview: false })).toBe('404 not-found');
  expect(await outcome('bea', `${own}/${shipmentId}/discard`, { version: 1 })).toBe('404 not-found');
  // Neither is it by the wrong order of one's own.
  expect(await outcome('ada', `${pathOf(await agreed())}/${shipmentId}`)).toBe('404 not-found');
  const list = shipmentListSchema.parse((await ask('ada', pathOf(orderId)))[1]);
  expect(list.shipments.map((one) => one.shipmentId)).toEqual([shipmentId]);
  expect(await outcome('ada', `${path}/discard`, { version: 1 })).toBe('200');
  expect(shipmentListSchema.parse((await ask('ada', pathOf(orderId)))[1]).shipments).toEqual([]);
});

test('the cartons of a notice are told to tills with what is in them', async () => {
  const orderId = await agreed();
  const made = await pack(orderId);
  await send(made);
  const cartons = await chain.sql<{ row: CartonRow }>('select row from carton where sscc = any ($1)', [
    made.packing.cartons.map(({ sscc }) => sscc),
  ]);
  expect(piecesIn(made.packing)).toBe(14);
  expect(cartons.flatMap(({ row }) => row.lines).reduce((sum, { quantity }) => sum + quantity, 0)).toBe(14);
});
