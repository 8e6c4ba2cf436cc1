import { expect, test } from 'vitest';
import { isBridgeUrl, readTags } from './tag-reading.ts';

type Parts = Parameters<typeof readTags>[0];
const parts = (
  stock: { onScan: ((raw: string) => Promise<void>) | null },
  approvals: { need: unknown } = { need: null },
) => ({ stock, approvals, session: { operator: {} } }) as unknown as Parts;

test('tags go one after the other to the screen of the stock room; on the selling screen none is taken', async () => {
  const read: string[] = [];
  await readTags(parts({ onScan: null }), ['A', 'B']);
  await readTags(parts({ onScan: async (raw) => void read.push(raw) }), ['C', 'D']);
  expect(read).toEqual(['C', 'D']);
});

test('tags wait while a second person is asked, and end with the screen that they were for', async () => {
  const read: string[] = [];
  const approvals = { need: {} as unknown };
  const stock = { onScan: async (raw: string) => void read.push(raw) };
  const reading = readTags(parts(stock, approvals), ['A', 'B']);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(read).toEqual([]);
  approvals.need = null;
  await reading;
  expect(read).toEqual(['A', 'B']);
  const leaving = { onScan: async (raw: string): Promise<void> => void read.push(raw) };
  const first = leaving.onScan;
  leaving.onScan = async (raw) => {
    await first(raw);
    leaving.onScan = first;
  };
  await readTags(parts(leaving), ['C', 'D']);
  expect(read).toEqual(['A', 'B', 'C']);
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
