import { beforeEach, expect, test, vi } from 'vitest';
import { fail, ok } from '#schemas/result.ts';
import type { TillInstruction } from '#schemas/sync/instruction.ts';
import type { Farewell } from '../db/identity-database.ts';
import { FakeTill, fakeIdentity } from './fake-till.ts';
import type { TillDoor } from './till-door.ts';
import { TillState } from './till-state.svelte.ts';

let till: FakeTill;
let farewell: Farewell | null;
let cleared: Farewell[];
let isPaired: boolean;
let isIdle: boolean;
let left: number;
let paired: string[];
const wipe: TillInstruction = { type: 'wipe', instructionId: crypto.randomUUID(), askedAtMs: 1 };
const move: TillInstruction = { ...wipe, type: 'move', storeId: 'south', storeName: 'South' };

const door: TillDoor = {
  identity: async () => (isPaired ? fakeIdentity : null),
  pair: async (code, name) => {
    paired.push(`${code} ${name}`);
    if (code !== 'AAAA0000') return fail({ code: 'code-expired' as const });
    isPaired = true;
    return ok(fakeIdentity);
  },
  own: async () => ok({ held: true as const, release: async () => undefined, onLoss: () => undefined }),
  open: async () => ok(till),
  farewell: async () => farewell,
  sayFarewell: async (said) => {
    farewell = said;
    isPaired = false;
  },
  clear: async (said) => void cleared.push(said),
};
const newState = () =>
  new TillState({
    door,
    onOpen: async () => undefined,
    onLost: () => undefined,
    isIdle: () => isIdle,
    onLeft: () => {
      left += 1;
    },
  });

beforeEach(() => {
  till = new FakeTill();
  farewell = null;
  cleared = [];
  paired = [];
  [isPaired, isIdle, left] = [true, true, 0];
});

test('a till that is asked to clear itself waits for its entries and for the open basket', async () => {
  const state = newState();
  await state.start();
  till.setStatus({ instruction: wipe, waiting: 1 });
  expect(till.isEnded).toBe(false);
  isIdle = false;
  till.setStatus({ waiting: 0 });
  expect(till.isEnded).toBe(false);
  isIdle = true;
  till.setStatus({ denied: [{ entryId: '0003-000000001', code: 'broken-hash' }] });
  expect(till.isEnded).toBe(false);
  till.setStatus({ denied: [] });
  await vi.waitFor(() => expect(left).toBe(1));
  expect([till.isEnded, till.isClosed]).toEqual([true, true]);
  expect(farewell).toEqual({ storeId: 'north', tillNumber: 3, name: 'Front desk', moved: null });
});

test('[J3] a till that lost its record ends when a person says so, and no sooner: the tablet is paired anew', async () => {
  const state = newState();
  await state.start();
  await expect(state.startAnew()).rejects.toThrow();
  till.setStatus({ trouble: 'journal-lost' });
  expect([till.isClosed, left]).toEqual([false, 0]);
  await state.startAnew();
  expect([till.isClosed, left, isPaired]).toEqual([true, 1, false]);
  expect(farewell).toEqual({ storeId: 'north', tillNumber: 3, name: 'Front desk', moved: null, isJournalLost: true });
});

test('after that the tablet is no till, is cleared, and says why', async () => {
  isPaired = false;
  farewell = { storeId: 'north', tillNumber: 3, name: 'Front desk', moved: null };
  const state = newState();
  await state.start();
  expect([state.phase, state.farewell]).toEqual(['unpaired', farewell]);
  expect(cleared).toEqual([farewell]);
  expect(paired).toEqual([]);
});

test('a till that is moved becomes one of the other store by itself, under its name', async () => {
  till.moveCode = 'AAAA0000';
  const state = newState();
  await state.start();
  till.setStatus({ instruction: move });
  await vi.waitFor(() => expect(left).toBe(1));
  expect(farewell?.moved).toEqual({ storeName: 'South', code: 'AAAA0000' });
  const next = newState();
  till = new FakeTill();
  await next.start();
  await vi.waitFor(() => expect(next.phase).toBe('open'));
  expect(paired).toEqual(['AAAA0000 Front desk']);
});

test('a code that came too late is asked of a person', async () => {
  isPaired = false;
  farewell = { storeId: 'north', tillNumber: 3, name: 'Front desk', moved: { storeName: 'South', code: 'BBBB0000' } };
  const state = newState();
  await state.start();
  await vi.waitFor(() => expect(state.farewell?.moved?.code).toBe(null));
  expect(state.phase).toBe('unpaired');
});

test('a revoked till that is to be cleared is cleared at once, in the middle of a sale, with what it could not send', async () => {
  const state = newState();
  await state.start();
  isIdle = false;
  till.setStatus({ revoked: true, waiting: 2, online: false });
  expect([till.isEnded, left]).toEqual([false, 0]);
  till.setStatus({ discard: crypto.randomUUID() });
  till.setStatus({ discard: crypto.randomUUID() });
  await vi.waitFor(() => expect(left).toBe(1));
  expect(farewell).toEqual({ storeId: 'north', tillNumber: 3, name: 'Front desk', moved: null, lostEntries: 2 });
});

test('a revoked till is cleared by hand', async () => {
  const state = newState();
  await state.start();
  till.setStatus({ revoked: true, waiting: 2, online: false });
  await state.clearRevoked();
  expect([left, farewell?.moved]).toEqual([1, null]);
});
