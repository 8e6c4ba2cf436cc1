import { z } from 'zod';
import { assert } from '#schemas/assert.ts';
import { type Entry, envelopeSchema } from '#schemas/journal/envelope.ts';
import { protocolHeader, protocolVersion } from '#schemas/sync/protocol.ts';
import { LineBroken, wrongHeader } from './network.ts';

/** One exchange of one life of a till. */
export type Wire = {
  fetch: typeof fetch;
  storeId: string;
  tillNumber: number;
  token: string;
  /** Whether the till still lives that began the exchange. */
  alive(): boolean;
};

/** Sends a request and parses its answer; throws for any status but 2xx, which no exchange of ours deserves. */
export async function ask(wire: Wire, path: string, body?: unknown): Promise<Response> {
  const headers = new Headers({ authorization: `Bearer ${wire.token}`, [protocolHeader]: String(protocolVersion) });
  if (body !== undefined) headers.set('content-type', 'application/json');
  const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
  const answer = await wire.fetch(`http://server.example${path}`, init);
  if (!wire.alive()) throw new LineBroken('the till died');
  if (answer.headers.has(wrongHeader)) throw new LineBroken('somebody else answered');
  // The server says so only where its database was struck (simulated-server.ts).
  if (answer.status === 503) throw new LineBroken('the server is busy');
  // Of a manifest from before a restore: the till begins again.
  if (answer.status === 404 && path.includes('/page/')) throw new LineBroken('the page is gone');
  assert(answer.ok, `${path} answered ${answer.status}: ${answer.ok ? '' : await answer.text()}`);
  return answer;
}

async function askJson<Value>(wire: Wire, schema: z.ZodType<Value>, path: string, body?: unknown): Promise<Value> {
  return schema.parse(await (await ask(wire, path, body)).json());
}

const revsDiffSchema = z.record(z.string(), z.object({ missing: z.array(z.string()) }));
const bulkDocsSchema = z.array(z.object({ id: z.string(), error: z.string().optional() }));
const changesSchema = z.object({
  results: z.array(z.object({ id: z.string(), changes: z.array(z.object({ rev: z.string() })).min(1) })),
  last_seq: z.union([z.string(), z.number()]),
});
const bulkGetSchema = z.object({
  results: z.array(z.object({ id: z.string(), docs: z.array(z.object({ ok: z.record(z.string(), z.unknown()) })) })),
});

/** Pushes entries as a CouchDB client does. Answers the ids that the server has afterwards: all of them. */
export async function pushEntries(wire: Wire, batch: readonly { entry: Entry; rev: string }[]): Promise<string[]> {
  if (batch.length === 0) return [];
  const base = `/sync/${wire.storeId}`;
  const known = Object.fromEntries(batch.map(({ entry, rev }) => [entry._id, [rev]]));
  const missing = await askJson(wire, revsDiffSchema, `${base}/_revs_diff`, known);
  const docs = batch
    .filter(({ entry }) => missing[entry._id])
    .map(({ entry, rev }) => ({ ...entry, _rev: rev, _revisions: { start: 1, ids: [rev.slice(2)] } }));
  if (docs.length > 0) {
    const failed = await askJson(wire, bulkDocsSchema, `${base}/_bulk_docs`, { docs, new_edits: false });
    assert(failed.length === 0, `an honest entry is taken: ${JSON.stringify(failed)}`);
  }
  return batch.map(({ entry }) => entry._id);
}

/** Pulls the other tills' entries from where the last pull ended. */
export async function pullJournal(
  wire: Wire,
  from: { since: string | number; ids: ReadonlySet<string> },
): Promise<{ since: string | number; ids: ReadonlySet<string> }> {
  const base = `/sync/${wire.storeId}`;
  const ids = new Set(from.ids);
  let { since } = from;
  for (;;) {
    const query = `style=all_docs&filter=onecode%2Fother-tills&limit=25&since=${since}`;
    const changes = await askJson(wire, changesSchema, `${base}/_changes?${query}`);
    if (changes.results.length === 0) return { since: changes.last_seq, ids };
    const docs = changes.results.map(({ id, changes: [change] }) => ({ id, rev: change?.rev }));
    const got = await askJson(wire, bulkGetSchema, `${base}/_bulk_get?revs=true&latest=true`, { docs });
    assert(got.results.length === docs.length, 'every document that changed is there');
    for (const {
      docs: [found],
    } of got.results) {
      const entry = envelopeSchema.parse(found?.ok);
      assert(entry.tillNumber !== wire.tillNumber, 'the filter leaves own entries out');
      ids.add(entry._id);
    }
    since = changes.last_seq;
  }
}
