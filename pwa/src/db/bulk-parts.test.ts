import { expect, test } from 'vitest';
import { inParts } from './bulk-parts.ts';

const documents = Array.from({ length: 10 }, (_, n) => ({ _id: String(n), text: 'x'.repeat(40) }));
const url = 'http://till.example/sync/store/_bulk_docs';

function server(answer: (docs: { _id: string }[]) => Response) {
  const seen: { _id: string }[][] = [];
  const fetch = inParts(async (_url, init) => {
    const { docs, new_edits } = JSON.parse(String(init?.body)) as { docs: { _id: string }[]; new_edits: boolean };
    expect(new_edits).toBe(false);
    seen.push(docs);
    return answer(docs);
  }, 200);
  const send = () => fetch(url, { method: 'POST', body: JSON.stringify({ docs: documents, new_edits: false }) });
  return { seen, send };
}

test('a large batch arrives whole, in order, in parts that are small enough; refusals of all parts are told', async () => {
  const { seen, send } = server((docs) => Response.json(docs.filter(({ _id }) => Number(_id) % 4 === 0)));
  const response = await send();
  expect(seen.length).toBeGreaterThan(2);
  expect(seen.flat()).toEqual(documents);
  expect(Math.max(...seen.map((docs) => JSON.stringify(docs).length))).toBeLessThanOrEqual(220);
  expect(response.status).toBe(201);
  expect(((await response.json()) as { _id: string }[]).map(({ _id }) => _id)).toEqual(['0', '4', '8']);
});

test('a part that fails is the answer, and nothing more is sent', async () => {
  const { seen, send } = server((docs) =>
    Response.json([], { status: docs.some(({ _id }) => _id === '4') ? 503 : 201 }),
  );
  expect((await send()).status).toBe(503);
  expect(seen.flat().at(-1)?._id).not.toBe('9');
});

test('other requests, and small ones, pass as they are', async () => {
  const bodies: unknown[] = [];
  const fetch = inParts(async (_url, init) => {
    bodies.push(init?.body);
    return Response.json({});
  }, 10);
  await fetch('http://till.example/sync/store/_revs_diff', { body: 'x'.repeat(50) });
  await fetch(url, { body: '{}' });
  expect(bodies).toEqual(['x'.repeat(50), '{}']);
});
