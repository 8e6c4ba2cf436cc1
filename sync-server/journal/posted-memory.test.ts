import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, runSql } from '../db/test-database.ts';
import { ChangeBus } from '../feed/change-bus.ts';
import { post } from './derived-rows.ts';
import { postedOf } from './journal-state.ts';
import { PostedMemory, postedMemoryOf, unpostedScope } from './posted-memory.ts';
import { rebuildStore } from './rebuild.ts';
import { line, makeStore, makeTill, openTestContext } from './test-journal.ts';

let url: string;
let ownerUrl: string;
let drop: () => Promise<void>;
let here: ReturnType<typeof openTestContext>;
let there: ReturnType<typeof openTestContext>;
let storeId: string;

beforeAll(async () => {
  ({ url, ownerUrl, drop } = await createTestDatabase());
  const [one, two] = [openTestContext(url), openTestContext(url)];
  here = { ...one, changes: new ChangeBus({ url }) };
  there = { ...two, changes: new ChangeBus({ url }) };
  await Promise.all([here.changes.connect(), there.changes.connect()]);
});
afterAll(async () => {
  await Promise.all([here.changes.close(), there.changes.close(), here.close(), there.close()]);
  await drop();
});
beforeEach(async () => {
  storeId = await makeStore(here);
});

test('[F2] what a rebuild could not post again is posted no longer, in this process and in the others', async () => {
  const till = await makeTill(here, storeId, 1);
  await post(here, till, [
    await till.sale([line('tea')]),
    await till.sale([line('bad')]),
    await till.sale([line('tea')]),
  ]);
  const whole = { through: 3, beyond: [] };
  expect([await postedOf(here, storeId, 1), await postedOf(there, storeId, 1)]).toEqual([whole, whole]);
  await runSql(
    ownerUrl,
    `create function fail_on_bad() returns trigger language plpgsql as
       $$ begin if new.sku_id = 'bad' then raise exception 'a bug'; end if; return new; end $$`,
  );
  await runSql(ownerUrl, 'create trigger bad before insert on line_item for each row execute function fail_on_bad()');
  const heard = there.changes.wait([storeId], 20_000);
  await rebuildStore(here, storeId);
  const without = { through: 1, beyond: [[3, 3]] };
  expect(await postedOf(here, storeId, 1)).toEqual(without);
  // A till that is woken by the rebuild is not told the old numbers: forgetting comes first.
  expect(await heard).toBe('changed');
  expect(await postedOf(there, storeId, 1)).toEqual(without);
  await runSql(ownerUrl, 'drop function fail_on_bad cascade');
  await rebuildStore(there, storeId);
  expect(await postedOf(there, storeId, 1)).toEqual(whole);
});

test('a number that was read before a rebuild and is learnt after it is not kept', () => {
  const changes = new ChangeBus();
  const memory = new PostedMemory(changes);
  const before = memory.recall('shop', 1);
  const elsewhere = memory.recall('other', 1);
  changes.publish(unpostedScope('shop'));
  before.keep({ through: 9, beyond: [] });
  elsewhere.keep({ through: 5, beyond: [] });
  expect(memory.recall('shop', 1).posted.through).toBe(0);
  expect(memory.recall('other', 1).posted.through).toBe(5);
  memory.recall('shop', 1).keep({ through: 7, beyond: [] });
  expect(memory.recall('shop', 1).posted.through).toBe(7);
});

test('a process that could not hear for a while knows nothing afterwards', async () => {
  const changes = new ChangeBus({ url });
  await changes.connect();
  const memory = postedMemoryOf({ changes });
  memory.recall('shop', 1).keep({ through: 9, beyond: [] });
  const joined = new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (memory.recall('shop', 1).posted.through > 0) return;
      clearInterval(timer);
      resolve();
    }, 20);
  });
  await here.database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'onecode changes' and pid <> pg_backend_pid()
        and datname = current_database()`,
  );
  await joined;
  await changes.close();
});
