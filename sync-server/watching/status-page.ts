import type { ServerContext } from '../context.ts';
import { readStores, readTills } from './readings.ts';

const silentMs = 120_000;

/** One look for whoever runs the server: is the database there, and what waits where. Store and till by their ids alone. */
export async function statusPage(context: ServerContext): Promise<{ html: string; isWell: boolean }> {
  const nowMs = context.nowMs();
  try {
    const { pool } = context.database;
    const [stores, tills] = [await readStores(pool), await readTills(pool, nowMs)];
    const rows = stores.map((one) => {
      const own = tills.filter(({ store }) => store === one.store);
      const waiting = own.reduce((sum, till) => sum + till.waiting, 0);
      const missing = own.reduce((sum, till) => sum + till.missing, 0);
      const online = own.filter((till) => till.silentMs < silentMs).length;
      const cells = [
        one.entries,
        `${online} of ${own.length}`,
        waiting,
        missing,
        one.unposted,
        one.chainBreaks,
        one.outbox,
        one.printJobs,
      ];
      return [one.store, ...cells];
    });
    return { html: page('The server and its database answer.', rows, nowMs), isWell: true };
  } catch (error) {
    context.log.warn({ error: error instanceof Error ? error.message : String(error) }, 'status cannot be read');
    return {
      html: page('The database does not answer. Tills go on alone and lose nothing.', [], nowMs),
      isWell: false,
    };
  }
}

const heads = [
  'store',
  'entries',
  'tills online',
  'waiting',
  'missing',
  'unposted',
  'chain breaks',
  'outbox',
  'print jobs',
];

function page(said: string, rows: (string | number)[][], nowMs: number): string {
  const cells = (tag: string, row: readonly (string | number)[]) =>
    row.map((cell) => `<${tag}>${escaped(String(cell))}</${tag}>`).join('');
  const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="15"><title>Onecode: status</title>
<style>body{font:16px/1.5 system-ui;margin:2rem;color-scheme:light dark}table{border-collapse:collapse}td,th{padding:.3rem .8rem;text-align:right;border-bottom:1px solid #8884}td:first-child,th:first-child{text-align:left}</style>
<h1>Onecode</h1><p>${escaped(said)} ${new Date(nowMs).toISOString()}</p><table><tr>${cells('th', heads)}</tr>${body}</table></html>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
