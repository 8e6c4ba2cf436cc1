import type { Context } from 'hono';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { TillEnv } from '../auth/till-auth.ts';
import type { ServerContext } from '../context.ts';
import { answer, answerFailure, badRequest, type CouchFailure, couchFailure, notFound } from './couch-answer.ts';
import { isObject, listIn, maxListItems, QueryReader, readObject } from './couch-request.ts';
import { documentJson, type IdRange, readDocuments, readRange, type StoredDocument } from './documents.ts';
import { journalHead, positionBefore90Days, sequenceToken } from './journal-sequence.ts';

/** Documents in one answer; more are asked for page by page. */
const maxRowsWithDocs = 1_000;

/** `GET /sync/:store`: asked after every pulled batch, so it is two look-ups. */
export async function databaseInfoRoute(c: Context<TillEnv>, context: ServerContext): Promise<Response> {
  const { storeId } = c.get('till');
  const head = await journalHead(context, storeId);
  if (!head) return answerFailure(c, couchFailure(404, 'not_found', 'Database does not exist.'));
  const { journalSeq, journalUuid } = head;
  return answer(c, {
    db_name: storeId,
    // Nothing is ever deleted and positions are gapless.
    doc_count: journalSeq,
    doc_del_count: 0,
    update_seq: sequenceToken(journalSeq, journalUuid),
    committed_update_seq: sequenceToken(journalSeq, journalUuid),
    instance_start_time: '0',
    compact_running: false,
    disk_format_version: 8,
    uuid: journalUuid,
    onecode_since_90_days: sequenceToken(await positionBefore90Days(context, storeId, head), journalUuid),
  });
}

/** `POST _revs_diff`: which of these revisions the journal does not have. */
export async function revsDiffRoute(c: Context<TillEnv>, context: ServerContext): Promise<Response> {
  const body = await readObject(c);
  if (!body.ok) return answerFailure(c, body.error);
  const asked = Object.entries(body.value);
  if (asked.length > maxListItems) return answerFailure(c, couchFailure(413, 'too_large', 'too many ids'));
  const known = await readDocuments(
    context,
    c.get('till').storeId,
    asked.map(([id]) => id),
    { withText: false },
  );
  const diff: [string, { missing: string[] }][] = [];
  for (const [id, revs] of asked) {
    if (!Array.isArray(revs) || !revs.every((rev) => typeof rev === 'string')) {
      return answerFailure(c, badRequest('revisions are a JSON array of strings'));
    }
    const missing = revs.filter((rev) => rev !== known.get(id)?.rev);
    if (missing.length > 0) diff.push([id, { missing }]);
  }
  return answer(c, Object.fromEntries(diff));
}

/** `POST _bulk_get`: documents by id, as text that was never parsed. */
export async function bulkGetRoute(c: Context<TillEnv>, context: ServerContext): Promise<Response> {
  const body = await readObject(c);
  if (!body.ok) return answerFailure(c, body.error);
  const docs = listIn(body.value, 'docs');
  if (!docs.ok) return answerFailure(c, docs.error);
  if (docs.value.length > maxRowsWithDocs) {
    return answerFailure(c, couchFailure(413, 'too_large', `at most ${maxRowsWithDocs} documents at once`));
  }
  const wanted: { id: string; rev: string | undefined }[] = [];
  for (const item of docs.value) {
    if (!isObject(item) || typeof item.id !== 'string') return answerFailure(c, badRequest('each document has an id'));
    const { id, rev } = item;
    if (rev !== undefined && typeof rev !== 'string') return answerFailure(c, badRequest('a revision is a string'));
    wanted.push({ id, rev });
  }
  const ids = wanted.map(({ id }) => id);
  const found = await readDocuments(context, c.get('till').storeId, ids, { withText: true });
  const revisions = c.req.query('revs') === 'true';
  const latest = c.req.query('latest') === 'true';
  const results = wanted.map(({ id, rev }) => {
    const document = found.get(id);
    const item =
      document && (rev === undefined || rev === document.rev || latest)
        ? `{"ok":${documentJson(document, { revisions })}}`
        : JSON.stringify({ error: { id, rev, error: 'not_found', reason: 'missing' } });
    return `{"id":${JSON.stringify(id)},"docs":[${item}]}`;
  });
  return answer(c, `{"results":[${results.join(',')}]}`);
}

/** `GET` of one entry. */
export async function documentRoute(c: Context<TillEnv>, context: ServerContext, id: string): Promise<Response> {
  const document = (await readDocuments(context, c.get('till').storeId, [id], { withText: true })).get(id);
  if (!document) return answerFailure(c, notFound);
  const json = documentJson(document, { revisions: c.req.query('revs') === 'true' });
  const openRevs = c.req.query('open_revs');
  if (openRevs !== undefined) {
    const wanted = openRevs === 'all' ? [document.rev] : parsedRevs(openRevs);
    if (!wanted) return answerFailure(c, badRequest('open_revs is "all" or a JSON array of revisions'));
    const items = wanted.map((rev) => (rev === document.rev ? `{"ok":${json}}` : JSON.stringify({ missing: rev })));
    return answer(c, `[${items.join(',')}]`);
  }
  const rev = c.req.query('rev');
  if (rev !== undefined && rev !== document.rev) return answerFailure(c, notFound);
  return answer(c, json);
}

function parsedRevs(text: string): string[] | null {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((rev) => typeof rev === 'string').slice(0, 100) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** `GET` and `POST _all_docs`: a range in order of ids, or the rows of `keys` in their order. */
export async function allDocsRoute(c: Context<TillEnv>, context: ServerContext): Promise<Response> {
  const { storeId } = c.get('till');
  const keys = await keysOf(c);
  if (!keys.ok) return answerFailure(c, keys.error);
  const range = rangeOf(c);
  if (!range.ok) return answerFailure(c, range.error);
  const { withText } = range.value;
  const head = await journalHead(context, storeId);
  const totalRows = head?.journalSeq ?? 0;
  let rows: string[];
  if (keys.value === null) {
    rows = (await readRange(context, storeId, range.value)).map((document) => rowJson(document, withText));
  } else {
    if (withText && keys.value.length > maxRowsWithDocs) {
      return answerFailure(c, couchFailure(413, 'too_large', `at most ${maxRowsWithDocs} documents at once`));
    }
    const wanted = keys.value.filter((key) => typeof key === 'string');
    const found = await readDocuments(context, storeId, wanted, { withText });
    rows = keys.value.map((key) => {
      const document = typeof key === 'string' ? found.get(key) : undefined;
      return document
        ? rowJson(document, withText)
        : JSON.stringify({ key: typeof key === 'string' ? key : null, error: 'not_found' });
    });
  }
  return answer(c, `{"total_rows":${totalRows},"offset":${range.value.skip},"rows":[${rows.join(',')}]}`);
}

function rowJson(document: StoredDocument, withText: boolean): string {
  const { id, rev } = document;
  const doc = withText ? `,"doc":${documentJson(document)}` : '';
  return `{"id":"${id}","key":"${id}","value":{"rev":"${rev}"}${doc}}`;
}

async function keysOf(c: Context<TillEnv>): Promise<Result<unknown[] | null, CouchFailure>> {
  if (c.req.method === 'POST') {
    const body = await readObject(c);
    if (!body.ok) return body;
    return body.value.keys === undefined ? ok(null) : listIn(body.value, 'keys');
  }
  const given = c.req.query('keys');
  if (given === undefined) return ok(null);
  try {
    return listIn({ keys: JSON.parse(given) as unknown }, 'keys');
  } catch (error) {
    return fail(badRequest(`keys is not JSON: ${error instanceof Error ? error.message : ''}`));
  }
}

function rangeOf(c: Context<TillEnv>): Result<IdRange, CouchFailure> {
  const query = new QueryReader(c);
  const withText = query.flag('include_docs');
  const most = withText ? maxRowsWithDocs : maxListItems;
  const key = query.text('key');
  const range: IdRange = {
    startId: key ?? query.text('startkey') ?? query.text('start_key') ?? null,
    endId: key ?? query.text('endkey') ?? query.text('end_key') ?? null,
    inclusiveEnd: query.flag('inclusive_end', true),
    descending: query.flag('descending'),
    skip: query.count('skip', 0, 1_000_000_000),
    limit: query.count('limit', most, most),
    withText,
  };
  return query.failure ? fail(query.failure) : ok(range);
}
