import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AuditList, auditListSchema } from '#schemas/api/audit.ts';
import { post } from '../journal/derived-rows.ts';
import { line, makeTill } from '../journal/test-journal.ts';
import { TestChain } from '../people/test-chain.ts';
import { TestBrowser } from './test-browser.ts';

let chain: TestChain;
beforeAll(async () => {
  chain = await TestChain.open();
});
afterAll(() => chain.close());

async function read(who: string, path: string): Promise<AuditList> {
  return auditListSchema.parse((await chain.ask(who, path))[1]);
}

test('[A1] a store’s part is for who may read it there; the chain’s for who may in the chain; nobody sees another chain', async () => {
  const id = await chain.add('mia', { name: 'Nova Reed' });
  const [item] = (await read('mia', `stores/store-a/audit?subject=${id}`)).items;
  expect(item).toMatchObject({
    ...{ storeId: 'store-a', actorType: 'person', actorId: 'mia', actorName: 'Mia', action: 'staff-added' },
    ...{ subjectType: 'person', subjectId: id, subjectName: 'Nova Reed', before: null, erased: false },
    after: { name: 'Nova Reed' },
  });
  expect(await chain.outcome('mia', 'stores/store-b/audit')).toBe('403 forbidden');
  expect(await chain.outcome('mia', 'audit')).toBe('403 forbidden');
  expect(await chain.outcome('cleo', 'stores/store-a/audit')).toMatch(/^40[13]/);
  expect((await read('nat', `stores/store-b/audit?subject=${id}`)).items).toEqual([]);
  expect((await read('olga', `audit?subject=${id}`)).items).toHaveLength(1);
  expect((await read('rex', `audit?subject=${id}`)).items).toEqual([]);
});

test('a person’s name is found in what is sealed about them, and by no one else’s', async () => {
  const id = await chain.add('mia', { name: 'Quillan Ortega' });
  expect((await read('mia', 'stores/store-a/audit?text=quillan')).items.map((one) => one.subjectId)).toEqual([id]);
  expect((await read('mia', 'stores/store-a/audit?text=zzz')).items).toEqual([]);
  // Nothing in a search is a pattern.
  expect((await read('mia', 'stores/store-a/audit?text=%25')).items).toEqual([]);
});

describe('entries of tills in the same time line', () => {
  test('come with who, what, which till and which entry, in order, page by page without a gap', async () => {
    const till = await makeTill(chain.context, 'store-b', 3);
    for (let at = 0; at < 5; at++) {
      chain.nowMs += 1_000;
      await chain.add(
        'nat',
        { grants: [{ scopeType: 'store', scopeId: 'store-b', roleId: 'clerk' }] },
        'stores/store-b/staff',
      );
      await post(chain.context, till, [await till.sale([line('tea')]), await till.sale([line('tea')])]);
    }
    const all = await read('nat', 'stores/store-b/audit?limit=200');
    const entries = all.items.filter((item) => item.subjectType === 'entry');
    expect(entries.map((item) => item.subjectId).toReversed()).toEqual(
      Array.from({ length: 10 }, (_, at) => `0003-${String(at + 1).padStart(9, '0')}`),
    );
    expect(entries[0]).toMatchObject({
      ...{ action: 'retail-transaction', tillNumber: 3, tillName: 'till 3', actorType: 'person' },
      ...{ storeId: 'store-b', storeName: 'store-b', occurredAtMs: expect.any(Number), address: null },
    });
    const paged = [];
    for (let before = ''; ; ) {
      const page = await read('nat', `stores/store-b/audit?limit=3${before}`);
      paged.push(...page.items);
      if (page.next === null) break;
      before = `&before=${page.next}`;
    }
    expect(paged).toEqual(all.items);
    expect((await read('nat', 'stores/store-b/audit?subject=0003-000000004')).items).toHaveLength(1);
    expect((await read('nat', 'stores/store-b/audit?action=retail-transaction')).items).toHaveLength(10);
    expect((await read('nat', `stores/store-b/audit?fromMs=${chain.nowMs}`)).items).toHaveLength(3);
    expect((await read('nat', `stores/store-b/audit?untilMs=${chain.nowMs}&action=staff-added`)).items).toHaveLength(4);
    expect((await read('olga', 'audit?actor=nat&action=staff-added')).items).toHaveLength(5);
  });
});

test('the export is a spreadsheet of the whole chain without formulas, and is on record', async () => {
  await chain.add('olga', { name: "=HYPERLINK('x')" });
  expect(await chain.outcome('mia', 'audit/export')).toBe('403 forbidden');
  const browser = new TestBrowser(chain.app);
  await browser.ask('POST', '/api/session', { name: 'olga', password: 'correct horse battery' });
  const response = await browser.send('GET', '/api/audit/export');
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  const text = await response.text();
  expect(text).toContain(`"'=HYPERLINK`);
  const rows = parse(text, { bom: true, columns: true }) as Record<string, string>[];
  const { items } = await read('olga', 'audit?limit=200');
  expect(rows.length).toBe(items.length);
  expect(items).toContainEqual(expect.objectContaining({ action: 'audit-exported', actorId: 'olga' }));
});

test('a query that makes no sense is refused', async () => {
  for (const query of ['limit=0', 'before=x', 'fromMs=-1', `text=${'x'.repeat(101)}`, 'actor=%00']) {
    expect(await chain.outcome('mia', `stores/store-a/audit?${query}`)).toBe('400 bad-request');
  }
});
