import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { promotionDetailSchema, promotionListSchema, promotionPreviewSchema } from '#schemas/api/promotions.ts';
import { quoteAnswerSchema } from '#schemas/api/quote.ts';
import { type Promotion, promotionSchema } from '#schemas/pricing/promotion.ts';
import { type Given, percentOff, promotion, skus, some } from '#schemas/pricing/worked-examples/shorthand.ts';
import type { TestChain } from '../people/test-chain.ts';
import { openPricedChain, ToldTill, teaGtin } from '../prices/test-prices.ts';

let chain: TestChain;
let till: ToldTill;
const path = 'stores/store-a/promotions';

beforeAll(async () => {
  chain = await openPricedChain();
  till = await ToldTill.pair(chain);
  await chain.sql('update price set price_minor = price_minor * 100');
});
beforeEach(async () => {
  await chain.sql('delete from promotion');
  await till.next();
});
afterAll(() => chain.close());

const off = (id: string, changes: Partial<Given<'discount'>> = {}): Promotion =>
  promotion(id, { kind: 'discount', target: skus('tea-00001'), off: percentOff(10), currency: 'EUR', ...changes });

async function put(one: Promotion): Promise<void> {
  chain.nowMs += 1;
  expect(await chain.put('olga', `${path}/${one.promotionId}`, { promotion: one })).toEqual([200, {}]);
}

async function problemsOf(one: Promotion): Promise<[number, unknown]> {
  const [status, body] = await chain.put('olga', `${path}/${one.promotionId}`, { promotion: one });
  return [status, (body as { problems?: unknown }).problems];
}

const listed = async (query = '') => promotionListSchema.parse((await chain.ask('mia', `${path}?${query}`))[1]);

describe('promotions', () => {
  test('reach tills whole; one that is ended is gone, and can be put again', async () => {
    await put(off('tea'));
    expect(promotionSchema.parse((await till.next()).promotion?.tea)).toEqual(off('tea'));
    await put(off('tea'));
    expect(await till.next()).toEqual({});
    expect(await chain.outcome('olga', `${path}/tea/end`, {})).toBe('200');
    expect(await till.next()).toEqual({ promotion: { tea: null } });
    expect(await chain.outcome('olga', `${path}/tea/end`, {})).toBe('404 not-found');
    const detail = promotionDetailSchema.parse((await chain.ask('mia', `${path}/tea`))[1]);
    expect(detail).toMatchObject({ state: 'ended', goods: [{ skuId: 'tea-00001', names: { en: 'Thing 1' } }] });
    await put(off('tea'));
    expect(promotionDetailSchema.parse((await chain.ask('mia', `${path}/tea`))[1]).state).toBe('running');
  });

  test('are listed by what they are now, page by page, and found by name', async () => {
    const second = 1_000;
    const nowMs = Math.floor(chain.nowMs / second) * second;
    await put(off('first'));
    await put(off('second', { conditions: { validUntilMs: nowMs + 86_400_000 } }));
    await put(off('later', { conditions: { validFromMs: nowMs + 86_400_000 } }));
    await put(off('gone'));
    await chain.ask('olga', `${path}/gone/end`, {});
    const all = await listed();
    expect(all.promotions.map(({ promotion: { promotionId }, state }) => `${promotionId} ${state}`)).toEqual([
      'second running',
      'first running',
      'later coming',
      'gone ended',
    ]);
    expect(all.promotions[0]?.goods).toEqual([{ skuId: 'tea-00001', names: { en: 'Thing 1' }, variant: null }]);
    expect(all.counts).toEqual({ running: 2, coming: 1, ended: 1 });
    const first = await listed('limit=2');
    const rest = await listed(`limit=2&after=${encodeURIComponent(first.next ?? '')}`);
    expect([...first.promotions, ...rest.promotions]).toEqual(all.promotions);
    expect(rest.next).toBeNull();
    expect((await listed('state=coming')).promotions.map((item) => item.promotion.promotionId)).toEqual(['later']);
    expect((await listed('q=SECO')).promotions.map((item) => item.promotion.promotionId)).toEqual(['second']);
    chain.nowMs += 2 * 86_400_000;
    expect((await listed()).promotions.map(({ state }) => state)).toEqual(['running', 'running', 'ended', 'ended']);
  });

  test('are refused when they name what the chain does not have, or would never hold', async () => {
    await chain.sql(`insert into category (merchant_id, category_id, names) values ('chain', 'drinks', '{"en":"Drinks"}')
                     on conflict do nothing`);
    await put(off('good', { target: some({ categoryIds: ['drinks'], brands: ['Acme'] }) }));
    const target = some({ skuIds: ['cup-00001', 'tea-00002'], categoryIds: ['food'], brands: ['Other'] });
    expect(await problemsOf(off('bad', { target, conditions: { storeIds: ['store-r'] } }))).toEqual([
      422,
      [
        { code: 'sku-unknown', value: 'cup-00001' },
        { code: 'category-unknown', value: 'food' },
        { code: 'brand-unknown', value: 'Other' },
        { code: 'store-unknown', value: 'store-r' },
      ],
    ]);
    expect(await problemsOf(off('usd', { currency: 'USD' }))).toEqual([
      422,
      [{ code: 'other-currency', value: 'USD' }],
    ]);
    expect(await problemsOf(off('past', { conditions: { validUntilMs: 1_000 } }))).toEqual([
      422,
      [{ code: 'over-in-the-past', value: '' }],
    ]);
    const conditions = { validFromMs: 9_000_000_000_000, validUntilMs: 9_000_000_000_000 };
    expect(await problemsOf(off('empty', { conditions, target: some({}) }))).toEqual([
      422,
      [
        { code: 'ends-before-it-begins', value: '' },
        { code: 'nothing-named', value: '' },
      ],
    ]);
    expect((await chain.put('olga', `${path}/x`, { promotion: { ...off('x'), priority: 'high' } }))[0]).toBe(400);
  });

  test('[A1] a store manager reads them and does not write; each change is on record', async () => {
    expect((await chain.put('mia', `${path}/x`, { promotion: off('x') }))[0]).toBe(403);
    expect(await chain.outcome('cleo', path)).toBe('403 forbidden');
    await put(off('told'));
    await put(off('told', { off: percentOff(20) }));
    chain.nowMs += 1;
    await chain.ask('olga', `${path}/told/end`, {});
    const audit = await chain.sql<{ action: string }>(
      `select action from audit_entry where subject_id = 'told' order by audit_id`,
    );
    expect(audit.map(({ action }) => action)).toEqual(['promotion-saved', 'promotion-saved', 'promotion-ended']);
    const [rival] = await chain.sql<{ count: number }>(
      `select count(*)::int as count from promotion where merchant_id = 'rival'`,
    );
    expect(rival?.count).toBe(0);
  });
});

test('a preview shows a ticket with a promotion and without it, and writes nothing', async () => {
  await put(off('tea', { off: percentOff(50) }));
  const ticket = {
    lines: [
      { skuId: 'tea-00001', quantity: 2 },
      { gtin: teaGtin, quantity: 1 },
    ],
  };
  const [status, body] = await chain.ask('mia', `${path}/preview`, { promotion: off('tea'), ticket });
  expect(status).toBe(200);
  const preview = promotionPreviewSchema.parse(body);
  expect([preview.without.dueMinor, preview.with.dueMinor]).toEqual([300, 270]);
  expect(quoteAnswerSchema.parse((await chain.ask('mia', 'stores/store-a/quote', ticket))[1]).dueMinor).toBe(150);
  const bad = await chain.ask('mia', `${path}/preview`, { promotion: off('tea', { target: skus('none') }), ticket });
  expect(bad).toMatchObject([422, { problems: [{ code: 'sku-unknown', value: 'none' }] }]);
  const lost = await chain.ask('mia', `${path}/preview`, {
    promotion: off('tea'),
    ticket: { lines: [{ skuId: 'none', quantity: 1 }] },
  });
  expect(lost).toMatchObject([422, { problems: [{ code: 'sku-unknown', lineNumber: 1 }] }]);
});
