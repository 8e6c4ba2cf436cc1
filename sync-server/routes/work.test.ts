import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Flow, flowSchema, type WorkList, workListSchema } from '#schemas/api/work.ts';
import { creditCodeFrom } from '#schemas/payment/credit-code.ts';
import { post } from '../journal/derived-rows.ts';
import { line, TestTill, testNowMs } from '../journal/test-journal.ts';
import { TestChain } from '../people/test-chain.ts';

let chain: TestChain;
let till: TestTill;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

beforeAll(async () => {
  chain = await TestChain.open();
  till = await new TestTill('store-a', 7).register(chain.context);
  await chain.addSupplier('acme', 'Acme');
  await chain.sql(
    `insert into sku (merchant_id, sku_id, names, tax_class, tracking, revision)
     values ('chain', 'TEA', '{"en":"Tea"}', 'standard', 'quantity', 1)`,
  );
});
afterAll(() => chain.close());

const path = 'stores/store-a/work';
async function list(view = 'open', who = 'mia'): Promise<WorkList> {
  const [status, answer] = await chain.ask(who, `${path}?view=${view}`);
  expect([status, answer]).toEqual([200, answer]);
  return workListSchema.parse(answer);
}
const mark = async (workId: string, change: object, who = 'mia') =>
  (await chain.put(who, `${path}/mark`, { workId, change }))[0];
const kinds = ({ items }: WorkList) => items.map(({ kind, code }) => `${kind} ${code}`.trimEnd());

async function raise(sequence: number, code: string, subject = ''): Promise<string> {
  const entryId = `0007-${String(sequence).padStart(9, '0')}`;
  await chain.sql(
    `insert into exception (store_id, entry_id, code, subject, detail, occurred_at_ms) values ('store-a', $1, $2, $3, '', $4)`,
    [entryId, code, subject, testNowMs - sequence * 1_000],
  );
  return entryId;
}

test('a shop in which nothing is the matter has nothing to do', async () => {
  expect(await list()).toMatchObject({ items: [], urgent: { now: 0, today: 0, soon: 0 }, isCut: false });
  expect((await list()).people.map(({ operatorId }) => operatorId).toSorted()).toEqual(['adam', 'cleo', 'mia', 'olga']);
});

test('work of every kind stands in one list, the most urgent first, and says what it is about', async () => {
  const entryId = await raise(1, 'unit-sold-twice');
  await raise(2, 'chain-broken');
  await chain.sql(
    `update till set last_contact_at_ms = $1, waiting_entries = 12 where store_id = 'store-a' and till_number = 7`,
    [testNowMs - hourMs],
  );
  await chain.sql(
    `insert into printer (store_id, printer_id, name, language, host, port, dpi)
     values ('store-a', 'p', 'Back room', 'zpl', 'printer', 9100, 203)`,
  );
  await chain.sql(
    `insert into print_job (store_id, job_id, printer_id, title, state, trouble, total, created_by, created_at_ms, changed_at_ms)
     values ('store-a', 'j', 'p', 'Labels', 'blocked', 'paper-out', 4, 'mia', $1, $1)`,
    [testNowMs - 2 * hourMs],
  );
  const delivery = (id: string, expectedOn: string) =>
    chain.sql(
      `insert into delivery (store_id, delivery_id, announced_at_ms, row, revision) values ('store-a', $1, $2, $3, 1)`,
      [
        id,
        testNowMs - dayMs,
        JSON.stringify({ source: { type: 'supplier', name: 'Acme' }, reference: 'N1', expectedOn }),
      ],
    );
  await delivery('0000-000000001', '2026-11-20');
  await delivery('0000-000000002', '2026-11-22');
  await delivery('0000-000000003', '2026-11-23');
  await chain.sql(
    `insert into stock_count (store_id, count_id, state, opened_at_ms, row, revision)
     values ('store-a', 'c', 'open', $1, $2, 1)`,
    [testNowMs - dayMs, JSON.stringify({ name: 'Teas', deadlineAtMs: testNowMs - 1 })],
  );
  for (const [serial, day, state] of [
    ['1', '2026-11-21', 'in-stock'],
    ['2', '2026-11-23', 'in-stock'],
    ['3', '2026-11-28', 'in-stock'],
    ['4', '2026-11-28', 'in-stock'],
    ['5', '2026-11-28', 'sold'],
    ['6', '2026-12-28', 'in-stock'],
  ]) {
    await chain.sql(
      `insert into unit (store_id, gtin14, serial, sku_id, place_id, state, entry_id, ordered_at_ms, expires_on, revision)
       values ('store-a', '05012345678900', $1, 'TEA', 'sales', $3, 'e', 0, $2, 1)`,
      [serial, day, state],
    );
  }
  const work = await list();
  expect(kinds(work)).toEqual([
    'expiring expired',
    'exception chain-broken',
    'till away',
    'printer paper-out',
    'expiring expires',
    'count late',
    'exception unit-sold-twice',
    'delivery late',
    'expiring expires',
    'delivery today',
  ]);
  expect(work.urgent).toEqual({ now: 4, today: 4, soon: 2 });
  expect(work.items.find(({ code }) => code === 'unit-sold-twice')).toMatchObject({ about: entryId, mark: null });
  expect(work.items.find(({ kind }) => kind === 'till')).toMatchObject({ about: '7', count: 12 });
  expect(work.items.at(-2)).toMatchObject({ about: 'TEA', name: { en: 'Tea' }, count: 2, day: '2026-11-28' });
});

test('work is given to somebody, put off, done and taken up again; each is on record with who did it', async () => {
  const { items, views } = await list();
  const found = items.find(({ code }) => code === 'unit-sold-twice');
  const workId = found?.workId ?? '';
  expect(await mark(workId, { act: 'assign', operatorId: 'adam' })).toBe(200);
  chain.nowMs += 1_000;
  expect(await list('mine')).toMatchObject({ items: [] });
  expect((await list('mine', 'adam')).items).toMatchObject([{ workId, mark: { assigned: { name: 'Adam' } } }]);

  expect(await mark(workId, { act: 'snooze', untilMs: chain.nowMs + hourMs }, 'adam')).toBe(200);
  expect((await list()).views).toMatchObject({ open: views.open - 1, snoozed: 1 });
  chain.nowMs += hourMs + 1;
  expect((await list('mine', 'adam')).items.map((item) => item.workId)).toEqual([workId]);

  expect(await mark(workId, { act: 'done' }, 'adam')).toBe(200);
  const doneAtMs = chain.nowMs;
  chain.nowMs += 1_000;
  expect(await mark(workId, { act: 'done' })).toBe(200);
  expect((await list('open', 'adam')).items.map((item) => item.workId)).not.toContain(workId);
  // Said twice it was done once, by the first who said it.
  expect((await list('done')).items).toMatchObject([{ workId, mark: { doneAtMs, changedBy: { operatorId: 'adam' } } }]);

  expect(await mark(workId, { act: 'reopen' })).toBe(200);
  expect((await list('mine', 'adam')).items.map((item) => item.workId)).toEqual([workId]);
  const log = await chain.sql(
    `select actor_id as "by", after ->> 'act' as act from audit_entry where action = 'work-marked' order by audit_id`,
  );
  expect(log).toEqual([
    { by: 'mia', act: 'assign' },
    { by: 'adam', act: 'snooze' },
    { by: 'adam', act: 'done' },
    { by: 'mia', act: 'reopen' },
  ]);
});

test('what went away by itself leaves the list, and stays among what was done', async () => {
  const workId = (await list()).items.find(({ kind }) => kind === 'printer')?.workId ?? '';
  await mark(workId, { act: 'done' });
  await chain.sql(`update print_job set state = 'printed' where job_id = 'j'`);
  expect(kinds(await list())).not.toContain('printer paper-out');
  expect(kinds(await list('done'))).toEqual(['printer paper-out']);
});

test('[A1] nobody is given work of another store, and no work is made up', async () => {
  const { items } = await list();
  const workId = items[0]?.workId ?? '';
  expect(await mark(workId, { act: 'assign', operatorId: 'nat' })).toBe(400);
  expect(await mark(workId, { act: 'assign', operatorId: 'rex' })).toBe(400);
  expect(await mark('exception 0007-000000099 unit-sold x', { act: 'done' })).toBe(404);
  expect(await mark(workId, { act: 'snooze', untilMs: chain.nowMs })).toBe(400);
  expect(await mark(workId, { act: 'snooze', untilMs: chain.nowMs + 100 * dayMs })).toBe(400);
  for (const who of ['nat', 'rex', 'cleo']) expect(await mark(workId, { act: 'done' }, who)).toBe(403);
});

test('the code of a gift card is in no id and in no text', async () => {
  const code = creditCodeFrom('gift-card', new Uint8Array(12).fill(7)) ?? '';
  expect(code).toMatch(/^GC/);
  await raise(3, 'credit-overdrawn', `gift-card ${code}`);
  expect(kinds(await list())).toContain('exception credit-overdrawn');
  expect(JSON.stringify(await list())).not.toContain(code.slice(0, -4));
});

test('a thousand exceptions are cut to what a list can hold, and it says so', async () => {
  await chain.sql(
    `insert into exception (store_id, entry_id, code, subject, detail, occurred_at_ms)
     select 'store-a', '0008-' || lpad(n::text, 9, '0'), 'unit-sold', '', '', $1::int8 - n from generate_series(1, 1000) n`,
    [testNowMs],
  );
  const work = await list();
  expect(work.isCut).toBe(true);
  expect(work.items.length).toBeLessThan(300);
});

test('the flow tells who put what on record and how late it came, a page at a time and of one person', async () => {
  const entries = [];
  for (let sale = 0; sale < 60; sale += 1)
    entries.push(await till.sale([line('TEA'), line('TEA')], { operatorId: sale % 2 ? 'cleo' : 'amy' }));
  await post(chain.context, till, entries);
  const flow = async (query = '') => flowSchema.parse((await chain.ask('mia', `${path}/flow${query}`))[1]);
  const first = await flow();
  expect(first.steps).toHaveLength(50);
  expect(first.steps[0]).toMatchObject({ entryId: '0007-000000060', operatorName: 'Cleo', lines: 2, isPosted: true });
  const rest = await flow(`?before=${first.next}`);
  expect(rest).toMatchObject({ next: null, steps: { length: 10 } });
  const all = [...first.steps, ...rest.steps].map(({ entryId }: Flow['steps'][number]) => entryId);
  expect(new Set(all).size).toBe(60);
  const ofCleo = await flow('?operator=cleo');
  expect(ofCleo).toMatchObject({ next: null, steps: { length: 30 } });
});
