import { expect, test } from 'vitest';
import { trainingEntryId } from '#schemas/receipt/training-number.ts';
import { nextScreen, type Whereabouts } from './next-screen.ts';

const ready: Whereabouts = { path: '/', phase: 'open', sellable: true, signedIn: true, recoveredEntryId: null };

test('a tablet goes from pairing to loading to signing in to selling', () => {
  expect(nextScreen({ ...ready, phase: 'unpaired' })).toBe('/pair');
  expect(nextScreen({ ...ready, path: '/pair', sellable: false, signedIn: false })).toBe('/load');
  expect(nextScreen({ ...ready, path: '/load', signedIn: false })).toBe('/sign-in');
  expect(nextScreen({ ...ready, path: '/sign-in' })).toBe('/sell');
});

test('who is where they belong stays', () => {
  expect(nextScreen({ ...ready, path: '/sell' })).toBeNull();
  expect(nextScreen({ ...ready, path: '/receipt/0003-000000042' })).toBeNull();
  expect(nextScreen({ ...ready, path: '/sign-in', signedIn: false })).toBeNull();
  expect(nextScreen({ ...ready, path: '/load', sellable: false, signedIn: false })).toBeNull();
});

test('nobody sells or sees a receipt without signing in; the state of the till is open to all', () => {
  expect(nextScreen({ ...ready, path: '/sell', signedIn: false })).toBe('/sign-in');
  expect(nextScreen({ ...ready, path: '/receipt/0003-000000042', signedIn: false })).toBe('/sign-in');
  expect(nextScreen({ ...ready, path: '/till', signedIn: false, sellable: false })).toBeNull();
});

test('[J1] a basket that was paid before the tab died is shown as its receipt', () => {
  const recovered = { ...ready, recoveredEntryId: '0003-000000042' };
  expect(nextScreen({ ...recovered, path: '/sell' })).toBe('/receipt/0003-000000042');
  expect(nextScreen({ ...recovered, path: '/sell', signedIn: false })).toBe('/sign-in');
  expect(nextScreen({ ...recovered, path: '/receipt/0003-000000042' })).toBeNull();
});

test('[J4] while starting, failed, or open in another tab, no screen moves', () => {
  for (const phase of ['starting', 'elsewhere', 'failed'] as const) {
    expect(nextScreen({ ...ready, phase, path: '/sell' })).toBeNull();
  }
});

test('a training has its own screens alone, and a page after it is not left on one of its receipts', () => {
  const path = `/receipt/${trainingEntryId(1)}`;
  expect(nextScreen({ ...ready, path, isTraining: true })).toBeNull();
  expect(nextScreen({ ...ready, path: '/stock', isTraining: true })).toBe('/sell');
  expect(nextScreen({ ...ready, path })).toBe('/sell');
  expect(nextScreen({ ...ready, path: '/receipt/0003-000000042' })).toBeNull();
});
