import { type Context, Hono } from 'hono';
import { routePath } from 'hono/route';
import { couchUuid } from '#schemas/sync/protocol.ts';
import { requireTill, type TillEnv } from '../auth/till-auth.ts';
import type { ServerContext } from '../context.ts';
import { changesRoute } from './changes-routes.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoints.ts';
import { answer, answerFailure, badRequest, couchFailure, notFound, notOffered } from './couch-answer.ts';
import { readObject } from './couch-request.ts';
import { allDocsRoute, bulkGetRoute, databaseInfoRoute, documentRoute, revsDiffRoute } from './read-routes.ts';
import { bulkDocsRoute, deleteDocumentRoute, putDocumentRoute } from './write-routes.ts';

/**
 * The CouchDB replication protocol's append-only subset, mounted at `/sync`: one database a store, whose documents are
 * the store's journal entries. Errors are `{error, reason}`, as CouchDB's are.
 */
export function journalRoutes(context: ServerContext): Hono<TillEnv> {
  const routes = new Hono<TillEnv>();
  routes.use('/:store/*', requireTill(context, 'couch'));
  routes.get('/', welcome);
  routes.all('/:store/*', (c) => dispatch(c, context));
  // Both spellings of the root: clients differ in the trailing slash.
  routes.all('*', (c) =>
    c.req.method === 'GET' && c.req.path.endsWith('/') ? welcome(c) : answerFailure(c, notFound),
  );
  return routes;
}

/** The uuid names the protocol's home, not a history: histories are told apart by checkpoints and sequences. */
function welcome(c: Context): Promise<Response> {
  return answer(c, {
    couchdb: 'Welcome',
    version: '3.3.0',
    uuid: couchUuid,
    features: [],
    vendor: { name: 'Onecode' },
  });
}

type Handler = (c: Context<TillEnv>, context: ServerContext) => Promise<Response> | Response;

const handlers: Readonly<Record<string, Handler>> = {
  'GET ': databaseInfoRoute,
  'GET _session': sessionRoute,
  'POST _revs_diff': revsDiffRoute,
  'POST _bulk_docs': bulkDocsRoute,
  'POST _bulk_get': bulkGetRoute,
  'GET _all_docs': allDocsRoute,
  'POST _all_docs': allDocsRoute,
  'GET _changes': changesRoute,
  'POST _changes': changesRoute,
  'POST _ensure_full_commit': (c) => answer(c, { ok: true, instance_start_time: '0' }, 201),
};

/** CouchDB's own parts of a database; one that is not served is not a document. */
const reserved = /^_(?!local\/)/;

function dispatch(c: Context<TillEnv>, context: ServerContext): Promise<Response> | Response {
  const path = pathInStore(c);
  if (path === null) return answerFailure(c, badRequest('the path is not well-formed'));
  const method = c.req.method === 'HEAD' ? 'GET' : c.req.method;
  const handler = Object.hasOwn(handlers, `${method} ${path}`) ? handlers[`${method} ${path}`] : undefined;
  if (handler) return handler(c, context);
  if (path === '' || reserved.test(path)) return notServed(c, path);
  if (path.startsWith('_local/')) return localRoute(c, context, path.slice('_local/'.length));
  if (method === 'GET') return documentRoute(c, context, path);
  if (method === 'PUT') return putDocumentRoute(c, context, path);
  if (method === 'DELETE') return deleteDocumentRoute(c, context, path);
  return answerFailure(c, methodNotAllowed);
}

const methodNotAllowed = couchFailure(405, 'method_not_allowed', 'this method is not offered here');

function notServed(c: Context<TillEnv>, path: string): Promise<Response> {
  if (path === '' && c.req.method === 'PUT') {
    return answerFailure(
      c,
      couchFailure(412, 'file_exists', 'The database could not be created, the file already exists.'),
    );
  }
  const reads = c.req.method === 'GET' || c.req.method === 'HEAD';
  return answerFailure(c, reads ? notFound : notOffered);
}

/** What follows the store in the path, decoded; null when it cannot be. */
function pathInStore(c: Context<TillEnv>): string | null {
  const at = routePath(c).split('/').indexOf(':store');
  const after = c.req.path
    .split('/')
    .slice(at + 1)
    .join('/');
  try {
    return decodeURIComponent(after);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

function sessionRoute(c: Context<TillEnv>): Promise<Response> {
  const { storeId, tillNumber } = c.get('till');
  return answer(c, {
    ok: true,
    userCtx: { name: `${storeId}/${tillNumber}`, roles: ['till'] },
    info: { authentication_handlers: ['onecode'], authenticated: 'onecode' },
  });
}

/** Checkpoints: `_local/<id>`, each till its own. */
async function localRoute(c: Context<TillEnv>, context: ServerContext, id: string): Promise<Response> {
  const { storeId, tillNumber } = c.get('till');
  if (c.req.method === 'GET' || c.req.method === 'HEAD') {
    const json = await readCheckpoint(context, storeId, tillNumber, id);
    return json === null ? answerFailure(c, notFound) : answer(c, json);
  }
  if (c.req.method !== 'PUT') return answerFailure(c, notOffered);
  const body = await readObject(c);
  if (!body.ok) return answerFailure(c, body.error);
  const written = await writeCheckpoint(context, storeId, tillNumber, id, body.value);
  if (!written.ok) return answerFailure(c, written.error);
  return answer(c, { ok: true, id: `_local/${id}`, rev: written.value.rev }, 201);
}
