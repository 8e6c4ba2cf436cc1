import type { Entry } from '#schemas/journal/envelope.ts';
import { couchUuid, protocolHeader, protocolVersion } from '#schemas/sync/protocol.ts';
import { inParts } from './bulk-parts.ts';
import type { EntryDatabase } from './own-journal.ts';
import type { Fetch, Pouch } from './pouch.ts';

/** Where a store's journal is at the server, and as whom to ask for it. Can be handed to a worker. */
export type RemoteAddress = { baseUrl: string; storeId: string; token: string };

const patienceMs = 30_000;
const longestBackOffMs = 5_000;
/** Whoever asks for more patience than this does not know a counter. */
const longestWaitMs = 10_000;

/** A fetch that speaks as the till. */
export function tillFetch({ token }: RemoteAddress, fetch: Fetch): Fetch {
  return (url, init = {}) => {
    // QUIRK(in Node, PouchDB's HTTP adapter brings node-fetch's Headers): they are read as pairs and made anew.
    const headers = new Headers(init.headers ? [...(init.headers as Headers).entries()] : []);
    headers.set('authorization', `Bearer ${token}`);
    headers.set(protocolHeader, String(protocolVersion));
    // A dead connection would hold replication up for minutes. The pull's long wait is kept alive by heartbeats.
    const patience = url.includes('/_changes') ? [] : [AbortSignal.timeout(patienceMs)];
    const signal = AbortSignal.any([...(init.signal ? [init.signal] : []), ...patience]);
    return fetch(url, { ...init, headers, signal, credentials: 'omit' });
  };
}

/**
 * Sends nothing while the server asked to be left alone (`Retry-After`): a thousand tills that come back at once are let in
 * by and by. Each waits up to twice as long as asked, by chance, so that they do not come together again.
 */
export function obeying(fetch: Fetch, random: () => number = Math.random): Fetch {
  let asked: Promise<void> = Promise.resolve();
  return async (url, init) => {
    await asked;
    const response = await fetch(url, init);
    const waitMs = askedToWaitMs(response);
    if (waitMs > 0) asked = new Promise((resolve) => setTimeout(resolve, waitMs * (1 + random())));
    return response;
  };
}

/** What an answer asks for, in milliseconds; 0 when nothing. */
export function askedToWaitMs({ status, headers }: Response): number {
  if (status !== 429 && status !== 503) return 0;
  const seconds = Number(headers.get('retry-after'));
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1_000, longestWaitMs) : 0;
}

/** The store's journal at the server, as a database to replicate with. */
export function openRemote(pouch: Pouch, address: RemoteAddress, fetch: Fetch): EntryDatabase {
  // Outermost: the patience of a request begins when it is sent.
  const ask = obeying(inParts(tillFetch(address, fetch)));
  const root = `${address.baseUrl}/sync/`;
  const remote = new pouch<Entry>(`${address.baseUrl}/sync/${address.storeId}`, {
    adapter: 'http',
    skip_setup: true,
    // QUIRK(PouchDB makes the server's uuid a part of its checkpoints' names, and goes on without it when it cannot ask): a till
    // that starts offline would look for another checkpoint and offer its whole journal again. Ours has one for ever.
    fetch: async (url, init) =>
      String(url) === root ? Response.json({ uuid: couchUuid }) : inCouchShape(await ask(String(url), init)),
  });
  // QUIRK(PouchDB 9 asks for `info` after each pulled batch, for a progress count, and listens to no failure of it): one
  // that fails is answered with an empty count. Whatever is asked next fails too, and is listened to.
  const info = remote.info.bind(remote);
  remote.info = async () => {
    try {
      return await info();
    } catch {
      return { db_name: address.storeId, doc_count: 0, update_seq: 0 };
    }
  };
  return remote;
}

/**
 * A failure that did not come from the journal (a proxy's page, a portal's JSON) counts as "not now": PouchDB throws on an
 * `error` that is no text and then never goes on, and it stops for good at anybody's 403, or at a portal's page that says 200.
 */
async function inCouchShape(response: Response): Promise<Response> {
  const isPage = response.headers.get('content-type')?.startsWith('text/html') ?? false;
  if (response.ok && !isPage) return response;
  const text = await response.text();
  if (isCouchError(text)) return new Response(text, { status: response.status, headers: response.headers });
  return Response.json({ error: 'service_unavailable', reason: 'no answer of the journal' }, { status: 503 });
}

function isCouchError(text: string): boolean {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'string';
  } catch {
    return false;
  }
}

/** 0.25 s doubling to 5 s, up to a half more by chance; PouchDB gives the delay before, 0 at first. */
export function replicationBackOff(delayMs: number): number {
  return Math.min(Math.max(250, delayMs * 2), longestBackOffMs) * (1 + Math.random() / 2);
}

export type Replication = PouchDB.Replication.Replication<Entry>;

/** Follows whether a live replication waits out a back-off, or has ended. */
export function watchWaiting(replication: Replication, onWaiting: (isWaiting: boolean) => void): void {
  replication.on('paused', (error?: unknown) => onWaiting(error !== undefined && error !== null));
  replication.on('active', () => onWaiting(false));
  // A 401 ends a live replication; the feed hears the same and tells the clerk.
  replication.on('error', () => onWaiting(true));
}
