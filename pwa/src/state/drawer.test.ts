import { beforeEach, describe, expect, test, vi } from 'vitest';
import { factOf } from '#schemas/journal/kinds.ts';
import { rightFaults } from '#schemas/policy/rights-needed.ts';
import type { ShiftMode } from '#schemas/shift/shift-rules.ts';
import { ticket } from '#schemas/shift/test-drawer.ts';
import { Approvals } from './approvals.svelte.ts';
import { Drawer } from './drawer.svelte.ts';
import { DrawerGate } from './drawer-gate.ts';
import { FakeTill, fakeConfig } from './fake-till.ts';
import { MemoryStorage } from './memory-storage.ts';
import { Session } from './session.svelte.ts';

let till: FakeTill;
let storage: MemoryStorage;
let session: Session;
let approvals: Approvals;
let drawer: Drawer;
let rules: { mode: ShiftMode; toleranceMinor: number; cashLimitMinor: number };

beforeEach(async () => {
  till = new FakeTill();
  storage = new MemoryStorage();
  rules = { mode: 'asked', toleranceMinor: 0, cashLimitMinor: 2_000 };
  await start();
});

/** The tab begins, on what is left on the tablet. */
async function start(operatorId = 'ann'): Promise<void> {
  const nowMs = () => 1_700_000_000_000;
  const staff = () => till.config().staff;
  session = new Session({ storage: new MemoryStorage(), till: () => till, staff, nowMs, idleMinutes: () => 10 });
  await session.signIn(operatorId, '1234');
  approvals = new Approvals({
    till: () => till,
    staff,
    operatorId: () => session.operator?.operatorId ?? null,
    newId: () => crypto.randomUUID(),
    nowMs,
    passkeys: null,
    signal: () => undefined,
  });
  const copy = { read: async () => null, write: async () => undefined };
  drawer = new Drawer({
    storage,
    copy,
    nowMs,
    till: () => till,
    config: () => ({ ...fakeConfig, shiftRules: rules }),
    gate: new DrawerGate(session, approvals),
    locale: () => 'en',
  });
  await drawer.attach(till);
  await drawer.follow();
}

test('how the drawer stands is known though the screens do not see the till open yet', async () => {
  const early = new Drawer({
    ...{ storage, nowMs: () => 1, till: () => null, config: () => null, locale: () => 'en' as const },
    copy: { read: async () => null, write: async () => undefined },
    gate: new DrawerGate(session, approvals),
  });
  await early.attach(till);
  await vi.waitFor(() => expect(early.state?.phase).toBe('closed'));
});

async function openWith(pounds: number): Promise<void> {
  drawer.startCount('open');
  drawer.setPieces(100, pounds);
  expect(await drawer.open()).not.toBeNull();
}

async function sell(pence: number): Promise<void> {
  await till.commit('retail-transaction', ticket([{ quantity: 1, unitPriceMinor: pence, taxClass: 'zero' }]), 'ann');
  await drawer.follow();
}

function lastBody(): Record<string, unknown> {
  const entry = till.committed.at(-1);
  const fact = entry && factOf(entry);
  if (!fact?.ok) throw new Error('what is on record can be read');
  return fact.value.body;
}

test('a shift is opened with what was counted, closed with what was counted, and the next one goes on from there', async () => {
  await openWith(100);
  expect(drawer.shift).toMatchObject({ shiftNumber: 1, businessDay: '2023-11-14' });
  expect(lastBody()).toMatchObject({ float: { totalMinor: 10_000, pieces: [{ valueMinor: 100, pieces: 100 }] } });
  await sell(2_500);
  drawer.startCount('close');
  drawer.setPieces(5_000, 2);
  drawer.setPieces(1_000, 2);
  await drawer.show();
  expect(drawer.count?.shown).toEqual({ expectedMinor: 12_500, happenings: 1 });
  drawer.setCount({ differenceReason: 'wrong-change', note: ' a fiver ' });
  expect(await drawer.close()).not.toBeNull();
  expect(lastBody()).toMatchObject({
    counted: { totalMinor: 12_000 },
    firstCountedMinor: 12_000,
    differenceReason: 'wrong-change',
    note: 'a fiver',
    report: { totalMinor: 2_500, grandTotalMinor: 2_500 },
  });
  expect(drawer.shift).toBeNull();
  expect(drawer.count).toBeNull();
  await openWith(50);
  expect(lastBody()).toMatchObject({ shiftNumber: 2, grandTotalMinor: 2_500 });
});

test('a count that is begun survives a killed tab, also after what should be there was shown', async () => {
  drawer.startCount('open');
  drawer.setPieces(2_000, 3);
  await start();
  expect(drawer.count).toMatchObject({ purpose: 'open', pieces: { 2000: 3 } });
  await drawer.open();
  drawer.startCount('close');
  drawer.setPieces(2_000, 2);
  await drawer.show();
  await start();
  expect(drawer.count).toMatchObject({ purpose: 'close', firstCountedMinor: 4_000, shown: { expectedMinor: 6_000 } });
});

test('the tab dies after the put of a closing: it is closed once, and no count is left', async () => {
  await openWith(10);
  drawer.startCount('close');
  drawer.setPieces(1_000, 1);
  await drawer.show();
  till.failing = { code: 'storage-failed', written: true };
  const kept = storage.getItem('onecode-drawer-north-3');
  await drawer.close();
  till.failing = null;
  till.status = { ...till.status, lastSequence: till.committed.length };
  // As the dying tab left it: written as the one after the opening.
  const left = JSON.parse(kept ?? '{}') as Record<string, unknown>;
  storage.setItem('onecode-drawer-north-3', JSON.stringify({ ...left, after: 1, rest: null }));
  await start();
  expect(drawer.state?.phase).toBe('closed');
  expect(drawer.count).toBeNull();
  expect(till.committed.filter(({ kind }) => kind === 'shift-closed')).toHaveLength(1);
});

test('blind: nothing is shown while it is counted, and what was counted first stays on record', async () => {
  await openWith(10);
  drawer.startCount('close');
  drawer.setPieces(500, 1);
  expect(drawer.count?.shown).toBeNull();
  await drawer.show();
  // What was shown cannot be counted to.
  drawer.setPieces(500, 2);
  expect(drawer.count?.pieces).toEqual({ 500: 1 });
  drawer.countAgain();
  drawer.setPieces(500, 2);
  await drawer.show();
  await drawer.close();
  expect(lastBody()).toMatchObject({ counted: { totalMinor: 1_000 }, firstCountedMinor: 500, differenceReason: null });
});

test('a sale after the count makes it worthless: nothing is closed', async () => {
  await openWith(10);
  drawer.startCount('close');
  drawer.setPieces(1_000, 1);
  await drawer.show();
  await sell(300);
  expect(await drawer.close()).toBeNull();
  expect(drawer.failure).toEqual({ code: 'changed' });
  expect(drawer.count?.shown).toBeNull();
  expect(drawer.shift).not.toBeNull();
});

test('two taps are one entry', async () => {
  drawer.startCount('open');
  await Promise.all([drawer.open(), drawer.open()]);
  expect(till.committed).toHaveLength(1);
  const moved = { direction: 'in', reason: 'float', amountMinor: 500, note: '' } as const;
  await Promise.all([drawer.move(moved), drawer.move(moved)]);
  expect(till.committed).toHaveLength(2);
});

test('opening twice and closing none is told, and nothing is written', async () => {
  drawer.startCount('close');
  expect(await drawer.close()).toBeNull();
  expect(drawer.failure).toEqual({ code: 'state' });
  expect(await drawer.move({ direction: 'in', reason: 'float', amountMinor: 500, note: '' })).toBeNull();
  await openWith(10);
  drawer.startCount('open');
  expect(await drawer.open()).toBeNull();
  expect(drawer.failure).toEqual({ code: 'state' });
  expect(till.committed).toHaveLength(1);
});

test('a full disk is told, and the count stays', async () => {
  drawer.startCount('open');
  drawer.setPieces(100, 7);
  till.failing = { code: 'storage-full', written: false };
  expect(await drawer.open()).toBeNull();
  expect(drawer.failure).toEqual({ code: 'storage-full' });
  expect(drawer.count?.pieces).toEqual({ 100: 7 });
});

describe('[A1]', () => {
  test('more cash than the limit takes a second person, whose word is in the entry', async () => {
    await openWith(100);
    const moved = { direction: 'out', reason: 'bank', note: '' } as const;
    await drawer.move({ ...moved, amountMinor: 2_000 });
    expect(lastBody()).toMatchObject({ limitMinor: 2_000, approvals: [] });
    const asked = drawer.move({ ...moved, amountMinor: 2_001 });
    await expect.poll(() => approvals.need?.right).toBe('move-cash');
    await approvals.byPin('bob', '1234');
    await asked;
    expect(lastBody()).toMatchObject({ approvals: [{ right: 'move-cash', operatorId: 'bob' }] });
    const fact = factOf(till.committed.at(-1) as (typeof till.committed)[number]);
    const may = (person: string, right: string) => person === 'bob' || right === 'run-shift';
    expect(fact.ok && rightFaults(fact.value, 'ann', { has: may })).toEqual([]);
    expect(fact.ok && rightFaults(fact.value, 'ann', { has: (_, right) => right === 'run-shift' })).toHaveLength(2);
  });

  test('what should be in the drawer is shown to who may see it, and a second person who allowed it is on record', async () => {
    await openWith(100);
    const refused = drawer.read();
    await expect.poll(() => approvals.need?.right).toBe('read-drawer');
    approvals.cancel();
    expect(await refused).toBe(false);
    expect(drawer.isReading).toBe(false);
    const allowed = drawer.read();
    await expect.poll(() => approvals.need?.right).toBe('read-drawer');
    await approvals.byPin('bob', '1234');
    expect(await allowed).toBe(true);
    drawer.stopReading();
    drawer.startCount('close');
    await drawer.show();
    await drawer.close();
    expect(lastBody()).toMatchObject({ approvals: [{ right: 'read-drawer', operatorId: 'bob' }] });
    await start('bob');
    await openWith(1);
    expect(await drawer.read()).toBe(true);
  });
});

test.each([
  ['off', null, false],
  ['asked', 'asked', false],
  ['required', 'required', true],
] as const)('a store that has shifts %s is reminded: %s; it sells: not %s', async (mode, reminder, blocks) => {
  rules.mode = mode;
  expect([drawer.reminder, drawer.blocksSale]).toEqual([reminder, blocks]);
  drawer.dismiss();
  expect(drawer.reminder).toBe(mode === 'required' ? 'required' : null);
  await openWith(1);
  expect([drawer.reminder, drawer.blocksSale]).toEqual([null, false]);
});

test('a shift of an earlier day is told, sells on, and is closed under its own day', async () => {
  await openWith(1);
  till.nowMs = () => 1_700_000_000_000 + 86_400_000;
  expect(drawer.reminder).toBe('old-day');
  expect(drawer.blocksSale).toBe(false);
  drawer.startCount('close');
  drawer.setPieces(100, 1);
  await drawer.show();
  await drawer.close();
  expect(lastBody()).toMatchObject({ businessDay: '2023-11-14' });
});

test('a currency without notes and coins is counted as a sum, and digits that are too many are left out', () => {
  drawer.startCount('open');
  drawer.setPieces(5_000, 1e9);
  expect(drawer.count?.pieces[5_000]).toBe(100_000);
  drawer.setPieces(2_000, Number.NaN);
  drawer.setPieces(1_000, -3);
  expect(drawer.count?.pieces).toMatchObject({ 2000: 0, 1000: 0 });
});
