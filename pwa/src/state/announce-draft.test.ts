import { expect, test } from 'vitest';
import type { AnnounceAnswer } from '#schemas/api/deliveries.ts';
import { ok } from '#schemas/result.ts';
import { AnnounceDraft, sendNotice } from './announce-draft.svelte.ts';

const nothing: AnnounceAnswer = {
  deliveryIds: [],
  failure: null,
  problems: [],
  problemCount: 0,
  warnings: [],
  rows: 1,
  summary: null,
  unknownColumns: [],
};
const summary = { pieces: 5, units: 0, cartons: 0, skuCount: 1, skus: [], parts: 1 };
type Sent = Parameters<typeof sendNotice>[1];

/** A draft whose questions are answered by hand. */
function draftWith() {
  const asked: { sent: Sent; answer: (answer: AnnounceAnswer) => void }[] = [];
  const send = (_place: unknown, sent: Sent) =>
    new Promise<Awaited<ReturnType<typeof sendNotice>>>((resolve) => {
      asked.push({ sent, answer: (answer) => resolve(ok(answer)) });
    });
  return { draft: new AnnounceDraft({ storeId: 'camden' }, send), asked };
}

test('an answer to rows that have changed since is not taken', async () => {
  const { draft, asked } = draftWith();
  draft.write('sku,quantity\nA,1');
  const first = draft.check();
  draft.write('sku,quantity\nA,2');
  const second = draft.check();
  asked[1]?.answer({ ...nothing, summary });
  await second;
  asked[0]?.answer({ ...nothing, problemCount: 1 });
  await first;
  expect([draft.answer?.problemCount, draft.answer?.summary?.pieces, draft.isChecking]).toEqual([0, 5, false]);
});

test('it is announced only with good rows and a supplier, and once', async () => {
  const { draft, asked } = draftWith();
  expect(draft.mayAnnounce).toBe(false);
  draft.write('sku,quantity\nA,5');
  const checking = draft.check();
  asked[0]?.answer({ ...nothing, summary });
  await checking;
  expect(draft.mayAnnounce).toBe(false);
  draft.fields.supplierId = 'acme';
  expect(draft.mayAnnounce).toBe(true);
  const announcing = draft.announce();
  expect(await draft.announce()).toBeNull();
  asked[1]?.answer({ ...nothing, summary, deliveryIds: ['0000-000000001'] });
  expect((await announcing)?.deliveryIds).toEqual(['0000-000000001']);
  expect(asked.map(({ sent }) => sent.preview)).toEqual([true, false]);
  draft.write('sku,quantity\nA,x');
  expect([draft.answer, draft.mayAnnounce]).toEqual([null, false]);
});

test('what the server says is read: a refused notice, a refusal, no answer, a file that is too large', async () => {
  const asked: string[] = [];
  const fields = { supplierId: 'acme', reference: ' ', expectedOn: '', placeId: 'back', orderId: '' };
  const send = (status: number, body: unknown, rows = new Blob(['x'])) =>
    sendNotice({ storeId: 'camden' }, { rows, fields, preview: false }, async (url) => {
      asked.push(String(url));
      return new Response(JSON.stringify(body), { status });
    });
  expect(await send(422, { ...nothing, problemCount: 1 })).toMatchObject({ ok: true, value: { problemCount: 1 } });
  expect(asked[0]).toBe('/api/stores/camden/deliveries/csv?preview=0&supplierId=acme&placeId=back');
  expect(await send(403, { error: { code: 'forbidden' } })).toEqual({ ok: false, error: { code: 'forbidden' } });
  expect(await send(200, { odd: true })).toEqual({ ok: false, error: { code: 'internal' } });
  const huge = new Blob([new Uint8Array(16_000_001)]);
  expect(await send(200, nothing, huge)).toEqual({ ok: false, error: { code: 'too-large' } });
  const away = sendNotice({ storeId: 'camden' }, { rows: new Blob(['x']), fields, preview: true }, () =>
    Promise.reject(new Error()),
  );
  expect(await away).toEqual({ ok: false, error: { code: 'offline' } });
});

test("a supplier's own goes by its own door, to the store that is chosen, and needs no name", async () => {
  const asked: string[] = [];
  const send = (...[place, sent]: Parameters<typeof sendNotice>) =>
    sendNotice(place, sent, async (url) => {
      asked.push(String(url));
      return new Response(JSON.stringify({ ...nothing, summary }), { status: 200 });
    });
  const draft = new AnnounceDraft({ storeId: 'camden', supplierId: 'acme' }, send);
  draft.write('sku,quantity\nA,5');
  await draft.sendTo('ancoats');
  expect(draft.mayAnnounce).toBe(true);
  expect(asked).toEqual(['/api/supplies/acme/stores/ancoats/deliveries/csv?preview=1']);
});
