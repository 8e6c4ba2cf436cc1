import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { journalPouch } from './pouch.ts';
import { askedToWaitMs, obeying, openRemote } from './remote-journal.ts';

const address = { baseUrl: 'http://server', storeId: 'shop', token: 't' };

async function failureOf(answer: () => Response): Promise<unknown> {
  const remote = openRemote(journalPouch(), address, async () => answer());
  return remote.get('0001-000000001').catch((error: unknown) => error);
}

test('a failure that is not of the journal is one that passes: a portal must not end replication', async () => {
  const passing = { status: 503, name: 'service_unavailable' };
  expect(await failureOf(() => Response.json({ error: { code: 'busy' } }, { status: 503 }))).toMatchObject(passing);
  expect(await failureOf(() => new Response('<html>', { status: 403 }))).toMatchObject(passing);
  const page = { headers: { 'content-type': 'text/html; charset=utf-8' } };
  expect(await failureOf(() => new Response('<html>', page))).toMatchObject(passing);
  expect(await failureOf(() => Response.json({ message: 'sign in' }, { status: 401 }))).toMatchObject(passing);
});

test('what the journal says stays as it said it', async () => {
  const denied = () => Response.json({ error: 'forbidden', reason: 'till-revoked' }, { status: 403 });
  expect(await failureOf(denied)).toMatchObject({ status: 403, name: 'forbidden', reason: 'till-revoked' });
  const missing = () => Response.json({ error: 'not_found', reason: 'missing' }, { status: 404 });
  expect(await failureOf(missing)).toMatchObject({ status: 404, name: 'not_found' });
});

describe('a server that asks for patience', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each([
    ['2', 3_000],
    ['3600', 15_000],
  ])('with Retry-After %s is asked nothing for %i ms, half as long again by chance', async (seconds, waitMs) => {
    let asked = 0;
    const busy = () => new Response(null, { status: 503, headers: { 'retry-after': seconds } });
    const fetch = obeying(
      async () => (asked++ === 0 ? busy() : new Response('{}')),
      () => 0.5,
    );
    expect((await fetch('/')).status).toBe(503);
    const next = fetch('/');
    await vi.advanceTimersByTimeAsync(waitMs - 1);
    expect(asked).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect((await next).status).toBe(200);
    expect((await fetch('/')).status).toBe(200);
  });

  test('nonsense in Retry-After, and one beside any other status, asks for nothing', () => {
    for (const value of ['soon', '-1', 'NaN', '', 'Infinity', 'Wed, 21 Oct 2015 07:28:00 GMT']) {
      expect(askedToWaitMs(new Response(null, { status: 503, headers: { 'retry-after': value } }))).toBe(0);
    }
    expect(askedToWaitMs(new Response(null, { status: 404, headers: { 'retry-after': '5' } }))).toBe(0);
    expect(askedToWaitMs(new Response(null, { status: 429, headers: { 'retry-after': '0.5' } }))).toBe(500);
  });
});
