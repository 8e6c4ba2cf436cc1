import { describe, expect, test } from 'vitest';
import { type PlanCount, planCountSchema } from '#schemas/api/counts.ts';
import { fail, ok } from '#schemas/result.ts';
import { CountPlan, skusIn } from './count-plan.svelte.ts';

const countId = '6a0f4a3e-6f0e-4f7e-9a53-0c9de4a1b001';

function plan(answer: (path: string, body: unknown) => unknown = () => ({ countId })) {
  const asked: { path: string; body: unknown }[] = [];
  const office = {
    store: { storeId: 'camden', name: 'Camden', timeZone: 'Europe/London', rights: [] },
    ask: async (path: string, schema: { parse: (value: unknown) => unknown }, call: { body?: unknown } = {}) => {
      asked.push({ path, body: call.body });
      const value = answer(path, call.body);
      return value === null ? fail({ code: 'offline' as const }) : ok(schema.parse(value));
    },
  };
  return {
    asked,
    plan: new CountPlan(office as never),
    sent: () => planCountSchema.parse(asked.at(-1)?.body) as PlanCount,
  };
}

describe('a stock-take that is being planned', () => {
  test('without a name nothing is sent, and the field says so only then', async () => {
    const { plan: draft, asked } = plan();
    expect(draft.hasProblem('name')).toBe(false);
    expect([await draft.open(), asked.length, draft.hasProblem('name')]).toEqual([null, 0, true]);
  });

  test('the subject that is looked at decides; what was typed for another is kept and not sent', async () => {
    const { plan: draft, sent } = plan();
    draft.form.name = ' November ';
    draft.form.placeIds = ['floor'];
    draft.form.articles.brands.push('Lantern');
    draft.form.pasted = 'TEA-1, TEA-2\nTEA-1';
    draft.form.subject = 'places';
    expect(await draft.open()).toBe(countId);
    expect(sent()).toMatchObject({
      name: 'November',
      scope: { placeIds: ['floor'], brands: [], skuIds: [] },
      reason: 'plan',
    });
    draft.form.subject = 'goods';
    await draft.open();
    expect(sent().scope).toEqual({ placeIds: [], categoryIds: [], brands: ['Lantern'], skuIds: ['TEA-1', 'TEA-2'] });
  });

  test('goods or places that nobody named are asked for', async () => {
    const { plan: draft, asked } = plan();
    draft.form.name = 'November';
    for (const subject of ['places', 'goods', 'cycle'] as const) {
      draft.form.subject = subject;
      expect(await draft.open()).toBeNull();
    }
    expect([asked.length, draft.hasProblem('goods')]).toEqual([0, true]);
  });

  test('a deadline is by the clock of the store', async () => {
    const { plan: draft, sent } = plan();
    Object.assign(draft.form, { name: 'Night', deadline: '2026-07-01T06:00' });
    await draft.open();
    expect(sent().deadlineAtMs).toBe(Date.parse('2026-07-01T05:00:00Z'));
    draft.form.deadline = '2026-02-30T06:00';
    expect([await draft.open(), draft.hasProblem('deadline')]).toEqual([null, true]);
  });

  test('of a suggestion, what is due is chosen, and the stock-take says that it is a cycle', async () => {
    const sku = (skuId: string, dueHundredths: number) => ({
      skuId,
      names: null,
      variant: null,
      valueClass: 'A',
      soldMinor: 1,
      onHand: 1,
      lastCountedAtMs: null,
      dueHundredths,
    });
    const suggestion = { serverTimeMs: 1, currency: 'GBP', skus: [sku('TEA', 150), sku('CUP', 40)], classes: [] };
    const { plan: draft, sent } = plan((path) => (path.startsWith('counts/cycle') ? suggestion : { countId }));
    await draft.suggest(100);
    Object.assign(draft.form, { name: 'Due', subject: 'cycle' });
    await draft.open();
    expect(sent()).toMatchObject({ scope: { skuIds: ['TEA'] }, reason: 'cycle' });
  });

  test('when the server is away everything stays as it was typed', async () => {
    const { plan: draft } = plan(() => null);
    draft.form.name = 'November';
    expect([await draft.open(), draft.failure, draft.form.name]).toEqual([null, 'offline', 'November']);
  });
});

test('pasted SKUs come one a line, or with commas, tabs and semicolons', () => {
  expect(skusIn('A-1\tA-2\r\n A-3;A-4,,\n')).toEqual(['A-1', 'A-2', 'A-3', 'A-4']);
});
