import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TillList, tillListSchema } from '#schemas/api/tills.ts';
import { type Delta, deltaSchema } from '#schemas/sync/feed.ts';
import { protocolVersion } from '#schemas/sync/protocol.ts';
import { createApp } from '../app.ts';
import { PageKeeper } from '../feed/page-keeper.ts';
import { post } from '../journal/derived-rows.ts';
import { line, makeTill, type TestTill } from '../journal/test-journal.ts';
import { TestChain } from '../people/test-chain.ts';

let chain: TestChain;
let app: ReturnType<typeof createApp>;
let lastTill = 0;

beforeAll(async () => {
  chain = await TestChain.open();
  app = createApp(chain.context, { keeper: new PageKeeper(chain.context, { inProcess: true }) });
});
afterAll(() => chain.close());

async function newTill(): Promise<TestTill> {
  const till = await makeTill(chain.context, 'store-a', ++lastTill);
  // As pairing does: the till's staff rows are made with it.
  await chain.sql("update till set pin_key = 'AAAA' where store_id = 'store-a' and till_number = $1", [lastTill]);
  return till;
}
const tills = 'stores/store-a/tills';

async function feed(till: Pick<TestTill, 'storeId' | 'token'>, path: string, body?: object) {
  const response = await app.request(`/feed/${till.storeId}/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: {
      authorization: `Bearer ${till.token}`,
      'content-type': 'application/json',
      'x-onecode-protocol': String(protocolVersion),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, body: await response.json() };
}
async function delta(till: TestTill, more = ''): Promise<Delta> {
  return deltaSchema.parse((await feed(till, `delta?chain=0&store=0${more}`)).body);
}
async function reported(till: TestTill): Promise<TillList['tills'][number] | undefined> {
  const [, body] = await chain.ask('mia', tills);
  return tillListSchema.parse(body).tills.find(({ tillNumber }) => tillNumber === till.tillNumber);
}
async function actionsOn(till: TestTill): Promise<string[]> {
  const rows = await chain.sql<{ action: string }>(
    "select action from audit_entry where subject_type = 'till' and store_id = 'store-a' and subject_id = $1 order by at_ms, audit_id",
    [String(till.tillNumber)],
  );
  return rows.map(({ action }) => action);
}

test('what a till says of its space, battery and version is shown; a browser that tells less takes nothing back', async () => {
  const till = await newTill();
  await delta(till, '&waiting=2&usage=5000&quota=900000&persisted=1&battery=46&charging=0&app=v9');
  await expect
    .poll(() => reported(till), { timeout: 20_000 })
    .toMatchObject({
      ...{ waitingEntries: 2, storageUsageBytes: 5_000, storageQuotaBytes: 900_000, storagePersisted: true },
      ...{ batteryPercent: 46, batteryCharging: false, appVersion: 'v9', instruction: null },
    });
  await delta(till, '&waiting=0');
  await expect.poll(() => reported(till), { timeout: 20_000 }).toMatchObject({ waitingEntries: 0, batteryPercent: 46 });
  for (const query of ['&battery=101', '&usage=-1', '&persisted=maybe', '&instruction=x']) {
    expect((await feed(till, `delta?chain=0&store=0${query}`)).status).toBe(400);
  }
});

test('a till is told its new name, which is on record', async () => {
  const till = await newTill();
  expect(await chain.outcome('mia', `${tills}/${till.tillNumber}/rename`, { name: '  Window ' })).toBe('200');
  expect((await delta(till)).tillName).toBe('Window');
  expect(await chain.outcome('mia', `${tills}/${till.tillNumber}/rename`, { name: ' ' })).toBe('400 bad-request');
  expect(await chain.outcome('mia', `${tills}/9999/rename`, { name: 'x' })).toBe('404 not-found');
  expect(await actionsOn(till)).toEqual(['till-renamed']);
});

describe('a till that is asked to clear itself', () => {
  test('hears it while it waits, and is no till any more once all of its entries are here', async () => {
    const till = await newTill();
    const first = await delta(till);
    const { chain: chainAt, store } = first.cursor;
    const query = `delta?chain=${chainAt}&store=${store}&config=${first.configVersion}&through=0&waitMs=20000`;
    const waiting = feed(till, query);
    expect(await chain.outcome('mia', `${tills}/${till.tillNumber}/wipe`, {})).toBe('200');
    expect((await waiting).body).toMatchObject({ instruction: { type: 'wipe' } });
    const { instruction } = await delta(till);
    expect(instruction).toMatchObject({ type: 'wipe', askedAtMs: chain.nowMs });
    const done = `instructions/${instruction?.instructionId}/done`;
    expect(await feed(till, done, { lastSequence: 1 })).toMatchObject({ status: 409 });
    await post(chain.context, till, [await till.sale([line('tea')])]);
    expect(await feed(till, done, { lastSequence: 1 })).toEqual({ status: 200, body: { code: null } });
    await expect.poll(async () => (await feed(till, 'delta?chain=0&store=0')).status, { timeout: 20_000 }).toBe(403);
    expect(await reported(till)).toMatchObject({
      ...{ instruction: { type: 'wipe' }, instructionDoneAtMs: chain.nowMs, revokedAtMs: chain.nowMs },
    });
    expect((await actionsOn(till)).sort()).toEqual(['till-instruction-done', 'till-wiped']);
  });

  test('may be told to stay before it hears', async () => {
    const till = await newTill();
    await chain.ask('mia', `${tills}/${till.tillNumber}/wipe`, {});
    const { instruction } = await delta(till);
    expect(await chain.outcome('mia', `${tills}/${till.tillNumber}/stay`, {})).toBe('200');
    expect((await delta(till)).instruction).toBe(null);
    const late = await feed(till, `instructions/${instruction?.instructionId}/done`, { lastSequence: 0 });
    expect(late.status).toBe(404);
    expect((await feed(till, 'instructions/x/done', { lastSequence: 0 })).status).toBe(404);
  });

  test('a revoked one hears nothing', async () => {
    const till = await newTill();
    await chain.ask('mia', `${tills}/${till.tillNumber}/revoke`, {});
    for (const [path, body] of Object.entries({ wipe: {}, move: { storeId: 'store-b' }, stay: {} })) {
      expect(await chain.outcome('olga', `${tills}/${till.tillNumber}/${path}`, body)).toBe('409 conflict');
    }
    expect(await actionsOn(till)).toEqual(['till-revoked']);
  });
});

describe('[A1] a revoked till that is to be cleared: the stolen tablet', () => {
  const reason = 'stolen from the counter';

  async function stolenTill(waiting: number): Promise<TestTill> {
    const till = await newTill();
    await delta(till, `&waiting=${waiting}`);
    await expect.poll(async () => (await reported(till))?.waitingEntries, { timeout: 20_000 }).toBe(waiting);
    await chain.ask('mia', `${tills}/${till.tillNumber}/revoke`, {});
    return till;
  }
  /** Past the seconds that a token is believed for. */
  function later(): void {
    chain.nowMs += 5_000;
  }
  async function refusalOf(till: TestTill) {
    later();
    const answer = await feed(till, 'delta?chain=0&store=0');
    return { status: answer.status, ...(answer.body as { error: { code: string; discard?: string } }).error };
  }

  test('is asked only with a reason, which goes on record with how many entries it last held', async () => {
    const till = await stolenTill(3);
    const path = `${tills}/${till.tillNumber}/wipe`;
    expect(await chain.outcome('mia', path, {})).toBe('409 conflict');
    expect(await chain.outcome('mia', path, { reason: '  ' })).toBe('400 bad-request');
    expect(await chain.outcome('mia', path, { reason })).toBe('200');
    expect(await reported(till)).toMatchObject({ instruction: { type: 'discard' }, instructionDoneAtMs: null });
    const [line] = await chain.sql<{ after: object }>(
      "select after from audit_entry where action = 'till-discarded' and subject_id = $1",
      [String(till.tillNumber)],
    );
    expect(line?.after).toEqual({ reason, waitingEntries: 3 });
  });

  test('learns it from its refusal, says once that it does, and gets nothing else by it', async () => {
    const till = await stolenTill(2);
    await chain.ask('mia', `${tills}/${till.tillNumber}/wipe`, { reason });
    const { status, code, discard } = await refusalOf(till);
    expect([status, code]).toEqual([403, 'till-revoked']);
    expect((await feed(till, `instructions/${discard}/done`, { lastSequence: 0 })).status).toBe(403);
    const other = `discards/${crypto.randomUUID()}/done`;
    expect((await feed(till, other, { lostEntries: 2 })).status).toBe(404);
    expect((await feed({ ...till, storeId: 'store-b' }, `discards/${discard}/done`, { lostEntries: 2 })).status).toBe(
      403,
    );
    expect((await feed(till, `discards/${discard}/done`, { lostEntries: -1 })).status).toBe(400);
    expect(await feed(till, `discards/${discard}/done`, { lostEntries: 5 })).toEqual({ status: 200, body: {} });
    expect(await reported(till)).toMatchObject({ instructionDoneAtMs: chain.nowMs, waitingEntries: 5 });
    later();
    expect((await feed(till, `discards/${discard}/done`, { lostEntries: 9 })).status).toBe(403);
    expect((await actionsOn(till)).sort()).toEqual(['till-discarded', 'till-instruction-done', 'till-revoked']);
  });

  test('a till that is not revoked sends first, reason or not, and cannot say that it cleared itself unsent', async () => {
    const till = await newTill();
    expect(await chain.outcome('mia', `${tills}/${till.tillNumber}/wipe`, { reason })).toBe('200');
    const { instruction } = await delta(till);
    expect(instruction?.type).toBe('wipe');
    expect((await feed(till, `discards/${instruction?.instructionId}/done`, { lostEntries: 1 })).status).toBe(403);
    expect((await feed({ ...till, token: 'x'.repeat(43) }, 'discards/x/done', { lostEntries: 1 })).status).toBe(401);
  });

  test('a till that was to clear itself and is then revoked loses nothing: that was never asked', async () => {
    const till = await newTill();
    await chain.ask('mia', `${tills}/${till.tillNumber}/wipe`, {});
    await chain.ask('mia', `${tills}/${till.tillNumber}/revoke`, {});
    expect(await refusalOf(till)).toEqual({ status: 403, code: 'till-revoked' });
  });

  test('may be taken back before it hears', async () => {
    const till = await stolenTill(1);
    await chain.ask('mia', `${tills}/${till.tillNumber}/wipe`, { reason });
    expect(await chain.outcome('mia', `${tills}/${till.tillNumber}/stay`, {})).toBe('200');
    expect(await refusalOf(till)).toEqual({ status: 403, code: 'till-revoked' });
    expect(await chain.outcome('mia', `${tills}/${till.tillNumber}/stay`, {})).toBe('409 conflict');
  });
});

describe('a till that is moved', () => {
  test('gets a code of the other store once all is sent, and pairs there as a new till', async () => {
    const till = await newTill();
    expect(await chain.outcome('olga', `${tills}/${till.tillNumber}/move`, { storeId: 'store-b' })).toBe('200');
    const { instruction } = await delta(till);
    expect(instruction).toMatchObject({ type: 'move', storeId: 'store-b', storeName: 'store-b' });
    const { body } = await feed(till, `instructions/${instruction?.instructionId}/done`, { lastSequence: 0 });
    const { publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
    const { x, y } = await crypto.subtle.exportKey('jwk', publicKey);
    const response = await app.request('/api/pair', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ protocol: protocolVersion, code: body.code, deviceName: 'moved' },
        publicKey: { kty: 'EC', crv: 'P-256', x, y },
      }),
    });
    expect([response.status, await response.json()]).toMatchObject([200, { storeId: 'store-b', tillNumber: 1 }]);
  });

  test('[A1] goes only where the asker may make tills, and never to another chain', async () => {
    const till = await newTill();
    const path = `${tills}/${till.tillNumber}/move`;
    expect(await chain.outcome('mia', path, { storeId: 'store-b' })).toBe('403 forbidden');
    expect(await chain.outcome('olga', path, { storeId: 'store-r' })).toBe('403 forbidden');
    expect(await chain.outcome('olga', path, { storeId: 'store-a' })).toBe('403 forbidden');
    expect(await chain.outcome('olga', path, { storeId: 'nowhere' })).toBe('403 forbidden');
    expect((await delta(till)).instruction).toBe(null);
  });
});
