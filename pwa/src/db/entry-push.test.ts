import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Entry } from '#schemas/journal/envelope.ts';
import { EntryPush } from './entry-push.ts';
import { FakeCouch } from './fake-couch.ts';
import type { EntryDatabase } from './own-journal.ts';
import { type Fetch, journalPouch } from './pouch.ts';

const pouch = journalPouch();
let own: EntryDatabase;
let couch: FakeCouch;
let push: EntryPush;
let asked: string[];
/** The next so many `_bulk_docs` are taken in, but their answers are lost. */
let lostAnswers = 0;
/** The next answer to this breaks in the middle. */
let broken: string | null = null;
let nowMs = 0;
let denied: string[] = [];
/** What the till knows to wait. */
let waiting: string[] = [];

const fetch: Fetch = async (url, init = {}) => {
  const { pathname, searchParams } = new URL(url);
  asked.push(pathname.split('/')[3] ?? '');
  const answer = await couch.answer(pathname, searchParams, init);
  if (pathname.endsWith('/_bulk_docs') && lostAnswers-- > 0) throw new TypeError('the line is gone');
  if (broken === null || !pathname.includes(broken)) return answer;
  broken = null;
  return inHalf(answer);
};

/** As when the line goes while an answer comes. */
async function inHalf(answer: Response): Promise<Response> {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const body = new ReadableStream({
    pull(controller) {
      controller.enqueue(bytes.subarray(0, bytes.length >> 1));
      controller.error(new TypeError('the line is gone'));
    },
  });
  return new Response(body, { status: answer.status, headers: answer.headers });
}

const told = ({ entryId }: { entryId: string }) => void denied.push(entryId);
function start(openedThrough: number): void {
  const address = { baseUrl: 'http://server', storeId: 'shop', token: 'token' };
  const nothing = { waitingIds: () => waiting, onDenied: told, nowMs: () => nowMs };
  push = new EntryPush({ pouch, address, fetch, own: () => own, openedThrough, ...nothing });
  push.start();
}
const put = (sequence: number) => own.put({ _id: `0001-00000000${sequence}`, sequence } as unknown as Entry);
const arrived = (count: number) =>
  vi.waitFor(() => expect(couch.received).toHaveLength(count), { timeout: 10_000, interval: 5 });

let number = 0;
beforeEach(() => {
  number += 1;
  own = new pouch<Entry>(`own-${number}`, { adapter: 'idb' });
  couch = new FakeCouch(() => undefined);
  asked = [];
  lostAnswers = 0;
  waiting = [];
  denied = [];
  broken = null;
  waiting = [];
});
afterEach(async () => {
  push.stop();
  await own.close();
});

test('an entry of this session is sent without asking whether the server has it', async () => {
  start(0);
  await put(1);
  await arrived(1);
  expect(asked).not.toContain('_revs_diff');
});

test('what was there when the till opened is asked for first, and not sent again', async () => {
  await put(1);
  const { rev } = (await own.allDocs()).rows[0]?.value ?? { rev: '' };
  couch.put({ _id: '0001-000000001', sequence: 1 } as unknown as Entry, rev);
  start(1);
  await put(2);
  await arrived(1);
  expect(couch.received).toEqual(['0001-000000002']);
  expect(asked).toContain('_revs_diff');
});

test('an entry whose answer was lost is asked for, and not sent twice', async () => {
  lostAnswers = 1;
  start(0);
  await put(1);
  await vi.waitFor(() => expect(asked.filter((what) => what === '_local').length).toBeGreaterThanOrEqual(3), {
    timeout: 10_000,
  });
  expect(couch.received).toEqual(['0001-000000001']);
  expect(asked).toContain('_revs_diff');
});

test.each(['_bulk_docs', '_revs_diff', '_local'])(
  'an answer to %s that breaks in the middle does not end the push',
  async (what) => {
    await put(1);
    start(9);
    await arrived(1);
    broken = what;
    await put(2);
    waiting = ['0001-000000002'];
    await vi.waitFor(() => expect(broken).toBeNull(), { timeout: 30_000 });
    await put(3);
    await vi.waitFor(() => expect(couch.received).toContain('0001-000000003'), { timeout: 30_000 });
  },
);

test('[J2] what the server had taken and lost, before it was told as posted, is sent again; a refusal is told once', async () => {
  start(0);
  await put(1);
  await put(2);
  await arrived(2);
  // A backup is restored: the till never heard that the second was posted, so nothing tells it that it is gone.
  couch.documents.delete('0001-000000002');
  waiting = ['0001-000000002'];
  await vi.waitFor(
    () => {
      nowMs += 20_000;
      push.start();
      expect(couch.received.filter((id) => id === '0001-000000002')).toHaveLength(2);
    },
    { timeout: 10_000 },
  );
  couch.documents.delete('0001-000000001');
  couch.refuses = () => 'forged';
  waiting = ['0001-000000001'];
  await vi.waitFor(
    () => {
      nowMs += 20_000;
      push.start();
      expect(denied).toEqual(['0001-000000001']);
    },
    { timeout: 10_000 },
  );
  asked.length = 0;
  nowMs += 20_000;
  push.start();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(asked).not.toContain('_revs_diff');
});
