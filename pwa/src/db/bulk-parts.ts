import type { Fetch } from './pouch.ts';

/** One request carries about so much; the server takes eight times that, and a slow line sends it before patience ends. */
const partChars = 4_000_000;

/**
 * Sends a large `_bulk_docs` in parts, one after the other. PouchDB cuts its batches by number alone: some hundred long
 * entries would be one request that the server refuses for its size, again and again, and everything behind them waits.
 * A part that fails is answered as the whole: sending all of them again is safe.
 */
export function inParts(fetch: Fetch, maxChars = partChars): Fetch {
  return async (url, init = {}) => {
    if (!url.endsWith('/_bulk_docs') || typeof init.body !== 'string' || init.body.length <= maxChars) {
      return fetch(url, init);
    }
    const { docs, ...rest } = JSON.parse(init.body) as { docs: unknown[] };
    const results: unknown[] = [];
    for (const part of cut(docs, maxChars)) {
      const response = await fetch(url, { ...init, body: JSON.stringify({ ...rest, docs: part }) });
      if (!response.ok) return response;
      results.push(...((await response.json()) as unknown[]));
    }
    return Response.json(results, { status: 201 });
  };
}

function cut(docs: readonly unknown[], maxChars: number): unknown[][] {
  const parts: unknown[][] = [];
  let chars = 0;
  for (const doc of docs) {
    const { length } = JSON.stringify(doc);
    const part = parts.at(-1);
    if (part === undefined || chars + length > maxChars) {
      parts.push([doc]);
      chars = length;
    } else {
      part.push(doc);
      chars += length;
    }
  }
  return parts;
}
