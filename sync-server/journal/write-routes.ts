import type { Context } from 'hono';
import type { TillEnv } from '../auth/till-auth.ts';
import type { ServerContext } from '../context.ts';
import {
  answer,
  answerFailure,
  badRequest,
  type CouchFailure,
  couchFailure,
  notNow,
  notOffered,
  tooMuch,
} from './couch-answer.ts';
import { isObject, listIn, maxBodyBytes, readObject } from './couch-request.ts';
import type { Author } from './document-check.ts';
import { readDocuments } from './documents.ts';
import type { LaneFailure } from './lane.ts';
import { type DocumentResult, postDocuments } from './posting.ts';
import { pushGateOf } from './push-gate.ts';
import { refusal } from './refusal.ts';

const conflict = couchFailure(409, 'conflict', 'Document update conflict.');

/** `POST _bulk_docs`. With `new_edits: false` the answer lists refusals only, as a replicator expects. */
export async function bulkDocsRoute(c: Context<TillEnv>, context: ServerContext): Promise<Response> {
  // Before the body is read: what is turned away costs nothing.
  const leave = pushGateOf(context).enter(c.get('till').storeId, longestBodyOf(c));
  if (leave === null) return answerFailure(c, tooMuch);
  try {
    return await takeBulk(c, context);
  } finally {
    leave();
  }
}

async function takeBulk(c: Context<TillEnv>, context: ServerContext): Promise<Response> {
  const body = await readObject(c);
  if (!body.ok) return answerFailure(c, body.error);
  const docs = listIn(body.value, 'docs');
  if (!docs.ok) return answerFailure(c, docs.error);
  const documents = docs.value.filter(isObject);
  if (documents.length !== docs.value.length) {
    return answerFailure(c, badRequest('Document must be a JSON object'));
  }
  const newEdits = body.value.new_edits !== false;
  const { storeId } = c.get('till');
  const posted = await postDocuments(context, storeId, authorOf(c), documents, { newEdits });
  if (!posted.ok) return answerFailure(c, notNowOf(posted.error));
  const listed = newEdits ? posted.value : posted.value.filter((result) => !result.ok);
  return answer(c, listed.map(itemOf), 201);
}

/** What a body may come to: its length, where it says one and is not compressed. */
function longestBodyOf(c: Context<TillEnv>): number {
  const [length, encoding] = [c.req.header('content-length'), c.req.header('content-encoding')];
  return length === undefined || encoding !== undefined ? maxBodyBytes : Math.min(Number(length), maxBodyBytes);
}

function notNowOf({ code }: LaneFailure): CouchFailure {
  return code === 'busy' ? tooMuch : notNow;
}

function itemOf(result: DocumentResult): Record<string, unknown> {
  const { id, rev } = result;
  if (result.ok) return { ok: true, id, rev };
  return { id, ...(rev === '' ? {} : { rev }), error: 'forbidden', reason: result.refusal.reason };
}

/** `PUT` of one entry, as an application writes it; `new_edits=false` as a replicator does. */
export async function putDocumentRoute(c: Context<TillEnv>, context: ServerContext, id: string): Promise<Response> {
  const body = await readObject(c);
  if (!body.ok) return answerFailure(c, body.error);
  const newEdits = c.req.query('new_edits') !== 'false';
  const { storeId } = c.get('till');
  const document: Record<string, unknown> = { ...body.value, _id: id };
  const rev = c.req.query('rev') ?? body.value._rev;
  if (newEdits && rev !== undefined) {
    const known = await readDocuments(context, storeId, [id], { withText: false });
    if (known.size === 0) return answerFailure(c, conflict);
    document._rev = rev;
  }
  if (body.value._id !== undefined && body.value._id !== id) {
    return answerFailure(c, badRequest('Document ID must match the ID of the URL'));
  }
  const posted = await postDocuments(context, storeId, authorOf(c), [document], { newEdits });
  if (!posted.ok) return answerFailure(c, notNowOf(posted.error));
  const [result] = posted.value;
  if (result?.ok) return answer(c, { ok: true, id, rev: result.rev }, 201);
  return answerFailure(c, couchFailure(403, 'forbidden', result?.refusal.reason ?? ''));
}

/** `DELETE` of an entry: never (J2). */
export async function deleteDocumentRoute(c: Context<TillEnv>, context: ServerContext, id: string): Promise<Response> {
  const { storeId } = c.get('till');
  const known = await readDocuments(context, storeId, [id], { withText: false });
  return answerFailure(c, known.size > 0 ? couchFailure(403, 'forbidden', refusal('immutable').reason) : notOffered);
}

function authorOf(c: Context<TillEnv>): Author {
  const { tillNumber, publicKey } = c.get('till');
  return { tillNumber, publicKey };
}
