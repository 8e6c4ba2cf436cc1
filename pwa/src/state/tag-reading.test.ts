import { expect, test } from 'vitest';
import { isBridgeUrl, readTags, takeEachTag } from './tag-reading.ts';

type Parts = Parameters<typeof readTags>[0];
type Take = ((epcs: readonly string[]) => Promise<void>) | null;
const parts = (stock: { onTags: Take }, approvals: { need: unknown } = { need: null }) =>
  ({ stock, approvals, session: { operator: {} } }) as unknown as Parts;

test('tags go to the screen of the stock room that asked for them; where none did, none is taken', async () => {
  const read: string[] = [];
  await readTags(parts({ onTags: null }), ['A', 'B']);
  await readTags(parts({ onTags: async (epcs) => void read.push(...epcs) }), ['C', 'D']);
  expect(read).toEqual(['C', 'D']);
});

test('tags wait while a second person is asked', async () => {
  const read: string[] = [];
  const approvals = { need: {} as unknown };
  const reading = readTags(parts({ onTags: async (epcs) => void read.push(...epcs) }, approvals), ['A', 'B']);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(read).toEqual([]);
  approvals.need = null;
  await reading;
  expect(read).toEqual(['A', 'B']);
});

test('a screen that takes tags as scans takes them one after the other, and none once it is left', async () => {
  const read: string[] = [];
  const stock: { onTags: Take } = { onTags: null };
  takeEachTag(stock, async (raw) => {
    read.push(raw);
    if (raw === 'B') stock.onTags = null;
  });
  await readTags(parts(stock), ['A', 'B', 'C']);
  expect(read).toEqual(['A', 'B']);
});

test('a bridge is on this device', () => {
  const urls = [
    'ws://127.0.0.1:9000',
    'ws://localhost:1/tags',
    'wss://gate.example',
    'ws://10.0.0.7',
    'http://localhost',
    '',
  ];
  expect(urls.map(isBridgeUrl)).toEqual([true, true, false, false, false, false]);
});
