import { expect, test } from 'vitest';
import { journalPouch } from './pouch.ts';
import { openRemote } from './remote-journal.ts';

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
