import { readFile, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { Context, MiddlewareHandler } from 'hono';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
};
const encodings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/**
 * The built app: files as they are, compressed ahead where the client takes it; any page a person navigates to is
 * index.html, which routes by itself. Files named by their content are kept for ever, the rest is asked about each time.
 */
export function staticFiles(root: string): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return next();
    const path = decodedPath(c.req.path);
    const file = path === null || path === '/' ? null : await find(root, path);
    const isPage = path === '/index.html';
    if (file !== null && !isPage) return send(c, file, path ?? '');
    // The service worker keeps the page by its name.
    if (!isNavigation(c) && !isPage) return next();
    const page = await find(root, '/index.html');
    if (page === null)
      return c.text('The app has not been built yet. Run "npm run build", then open this page again.', 503);
    return send(c, page, '/index.html');
  };
}

type StaticFile = { name: string; size: number; changedAtMs: number };

/** Null for what is no path of ours: bad escapes, NUL, dots that climb out, a compressed twin asked for by name. */
function decodedPath(path: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
  const isOdd = /[\0\\]|\.(br|gz)$/.test(decoded) || decoded.split('/').some((part) => part.startsWith('.'));
  return isOdd ? null : decoded;
}

async function find(root: string, path: string): Promise<StaticFile | null> {
  const name = join(root, path);
  if (!name.startsWith(root + sep)) return null;
  try {
    const found = await stat(name);
    return found.isFile() ? { name, size: found.size, changedAtMs: found.mtimeMs } : null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'EACCES'].includes(code ?? '')) return null;
    throw error;
  }
}

async function send(c: Context, file: StaticFile, path: string) {
  const immutable = path.startsWith('/_app/immutable/');
  c.header('Content-Type', types[extname(path)] ?? 'application/octet-stream');
  c.header('Cache-Control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  c.header('Vary', 'Accept-Encoding');
  const tag = `${file.size.toString(36)}-${Math.floor(file.changedAtMs).toString(36)}`;
  // Weak: the same file may go out compressed or not.
  const etag = `W/"${tag}"`;
  c.header('ETag', etag);
  if (c.req.header('if-none-match') === etag) return c.body(null, 304);
  const accepted = c.req.header('accept-encoding') ?? '';
  for (const [encoding, suffix] of encodings) {
    if (!new RegExp(`\\b${encoding}\\b(?!\\s*;\\s*q=0(\\.0+)?\\s*(,|$))`).test(accepted)) continue;
    const twin = await find(file.name.slice(0, file.name.length - path.length), `${path}${suffix}`);
    // A twin older than its file is of an earlier build.
    if (twin === null || twin.changedAtMs < file.changedAtMs - 60_000) continue;
    c.header('Content-Encoding', encoding);
    return body(c, twin);
  }
  return body(c, file);
}

async function body(c: Context, file: StaticFile) {
  c.header('Content-Length', String(file.size));
  if (c.req.method === 'HEAD') return c.body(null);
  return c.body(new Uint8Array(await readFile(file.name)));
}

/** A person opens a page; scripts, images and fetches of a file that is not there are not answered with one. */
function isNavigation(c: Context): boolean {
  const mode = c.req.header('sec-fetch-mode');
  if (mode !== undefined && mode !== 'navigate') return false;
  return (c.req.header('accept') ?? '').includes('text/html') && extname(c.req.path) === '';
}
