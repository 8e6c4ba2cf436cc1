import type { Context } from 'hono';
import { stream } from 'hono/streaming';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { TillEnv } from '../auth/till-auth.ts';
import type { ServerContext } from '../context.ts';
import { type ChangesFilter, type ChangesPage, changesJson, readChanges } from './changes.ts';
import { answer, answerFailure, badRequest, type CouchFailure, notFound } from './couch-answer.ts';
import { listIn, QueryReader, readObject } from './couch-request.ts';
import { journalHead, sincePosition } from './journal-sequence.ts';

const maxChanges = 10_000;
const maxChangesWithDocs = 1_000;
const pageOfContinuous = 500;
/** A live feed ends after this at the latest; the client asks again. */
const maxFeedMs = 3_600_000;
const defaultTimeoutMs = 60_000;
const minHeartbeatMs = 100;
/** Hints of changes may be lost; then this is how late a change is seen. */
const pollMs = 15_000;

type Feed = 'normal' | 'longpoll' | 'continuous';
type ChangesRequest = {
  feed: Feed;
  after: number;
  limit: number;
  filter: ChangesFilter;
  /** Null: none, and the feed ends at its timeout. */
  heartbeatMs: number | null;
  timeoutMs: number;
};

/** `GET` and `POST _changes`: normal, longpoll and continuous. */
export async function changesRoute(c: Context<TillEnv>, context: ServerContext): Promise<Response> {
  const request = await parseRequest(c, context);
  if (!request.ok) return answerFailure(c, request.error);
  const { feed, after, limit, filter } = request.value;
  const { storeId } = c.get('till');
  if (feed === 'normal') {
    return answer(c, changesJson(await readChanges(context, storeId, after, limit, filter)));
  }
  c.header('Content-Type', 'application/json');
  // Live feeds are written as they come: not compressed, not buffered, by nobody on the way.
  c.header('Cache-Control', 'no-store, no-transform');
  c.header('Transfer-Encoding', 'chunked');
  c.header('X-Accel-Buffering', 'no');
  return stream(c, async (out) => {
    const gone = new AbortController();
    out.onAbort(() => gone.abort());
    const sink: Sink = { write: (text) => out.write(text), signal: gone.signal };
    try {
      await (feed === 'longpoll'
        ? longPoll(context, storeId, request.value, sink)
        : continuous(context, storeId, request.value, sink));
    } catch (error) {
      // The status is sent already: the answer stays cut short, and the client asks again.
      context.log.warn({ storeId, error: error instanceof Error ? error.message : String(error) }, 'a live feed broke');
    }
  });
}

type Sink = { write(text: string): Promise<unknown>; signal: AbortSignal };

/** Answers at the first change, or empty at the timeout. Line breaks keep the connection alive meanwhile. */
async function longPoll(context: ServerContext, storeId: string, request: ChangesRequest, out: Sink): Promise<void> {
  await out.write('\n');
  const page = await nextPage(context, storeId, request.after, request, performance.now() + request.timeoutMs, out);
  await out.write(changesJson(page));
}

/** One change a line until the limit or the timeout; the last line names where to go on. */
async function continuous(context: ServerContext, storeId: string, request: ChangesRequest, out: Sink): Promise<void> {
  await out.write('\n');
  let after = request.after;
  let left = request.limit;
  let last: ChangesPage | null = null;
  while (!out.signal.aborted && left > 0) {
    const limit = Math.min(left, pageOfContinuous);
    // The timeout counts from the last change.
    const untilMs = performance.now() + request.timeoutMs;
    last = await nextPage(context, storeId, after, { ...request, limit }, untilMs, out);
    if (last.lines.length === 0) break;
    await out.write(`${last.lines.join('\n')}\n`);
    left -= last.lines.length;
    after = last.position;
  }
  if (last) await out.write(`{"last_seq":"${last.lastSeq}","pending":${last.pending}}\n`);
}

/** The next page that is not empty, waiting for it; an empty one at the end of the time or of the connection. */
async function nextPage(
  context: ServerContext,
  storeId: string,
  from: number,
  request: ChangesRequest,
  untilMs: number,
  out: Sink,
): Promise<ChangesPage> {
  let after = from;
  for (;;) {
    // Asked for before reading, so that no change falls in between.
    const enough = new AbortController();
    const waitMs = Math.min(request.heartbeatMs ?? pollMs, pollMs, Math.max(0, untilMs - performance.now()));
    // Before the wait: on a busy machine some milliseconds pass behind it, and would look like an answer that came too soon.
    const startedAtMs = performance.now();
    const changed = context.changes.wait([storeId], waitMs, AbortSignal.any([enough.signal, out.signal]));
    const page = await readChanges(context, storeId, after, request.limit, request.filter);
    if (page.lines.length > 0 || page.revoked || out.signal.aborted || performance.now() >= untilMs) {
      enough.abort();
      return page;
    }
    after = page.position;
    const outcome = await changed;
    if (outcome === 'timeout' && !out.signal.aborted) {
      // A bus that is closing answers at once: the server is going down, and so does the feed.
      if (performance.now() - startedAtMs < waitMs - 2) return page;
      if (request.heartbeatMs !== null) await out.write('\n');
    }
  }
}

async function parseRequest(
  c: Context<TillEnv>,
  context: ServerContext,
): Promise<Result<ChangesRequest, CouchFailure>> {
  const till = c.get('till');
  const query = new QueryReader(c);
  const ids = await idsOf(c, query);
  if (!ids.ok) return ids;
  const feed = query.text('feed') ?? 'normal';
  if (feed !== 'normal' && feed !== 'longpoll' && feed !== 'continuous') {
    return fail(badRequest('feed is normal, longpoll or continuous'));
  }
  if (query.flag('descending')) return fail(badRequest('descending changes are not offered'));
  const filterName = query.text('filter');
  if (filterName !== undefined && filterName !== '_doc_ids' && filterName !== 'onecode/other-tills') {
    return fail(badRequest('filter is _doc_ids or onecode/other-tills'));
  }
  const includeDocs = query.flag('include_docs');
  const most = includeDocs ? maxChangesWithDocs : maxChanges;
  const limit = Math.max(1, query.count('limit', most, most));
  const heartbeat = query.text('heartbeat');
  const heartbeatMs =
    heartbeat === undefined || heartbeat === 'false'
      ? null
      : heartbeat === 'true'
        ? defaultTimeoutMs
        : Math.max(minHeartbeatMs, query.count('heartbeat', defaultTimeoutMs, defaultTimeoutMs));
  const timeoutMs = heartbeatMs === null ? query.count('timeout', defaultTimeoutMs, defaultTimeoutMs) : maxFeedMs;
  const since = query.text('since') ?? c.req.header('last-event-id') ?? '0';
  if (query.failure) return fail(query.failure);
  const head = await journalHead(context, till.storeId);
  if (!head) return fail(notFound);
  const after = sincePosition(since, head);
  if (after === null) return fail(badRequest('since is no sequence of this journal'));
  return ok({
    feed,
    after,
    limit,
    filter: {
      askingTill: till.tillNumber,
      includeDocs,
      exceptTill: filterName === 'onecode/other-tills' ? till.tillNumber : null,
      ids: filterName === '_doc_ids' ? ids.value : null,
    },
    heartbeatMs,
    timeoutMs,
  });
}

/** Ids of the filter `_doc_ids`: in the body of a POST, or as JSON in the query. */
async function idsOf(c: Context<TillEnv>, query: QueryReader): Promise<Result<string[], CouchFailure>> {
  if (query.text('filter') !== '_doc_ids') return ok([]);
  let holder: Record<string, unknown> = {};
  if (c.req.method === 'POST') {
    const body = await readObject(c);
    if (!body.ok) return body;
    holder = body.value;
  } else {
    try {
      holder = { doc_ids: JSON.parse(c.req.query('doc_ids') ?? 'null') };
    } catch (error) {
      return fail(badRequest(`doc_ids is not JSON: ${error instanceof Error ? error.message : ''}`));
    }
  }
  const list = listIn(holder, 'doc_ids');
  return list.ok ? ok(list.value.filter((id) => typeof id === 'string')) : list;
}
