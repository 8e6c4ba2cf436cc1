import type { Context } from 'hono';

export type PhotoBytes = { type: string; bytes: Uint8Array<ArrayBuffer> };

/** The picture in a `data:` URL of an entry; null: there is none. */
export function photoBytes(url: string | null): PhotoBytes | null {
  const [, type = '', base64 = ''] = /^data:(image\/(?:webp|jpeg|png));base64,(.*)$/.exec(url ?? '') ?? [];
  return type === '' ? null : { type, bytes: Uint8Array.from(Buffer.from(base64, 'base64')) };
}

export function photoAnswer(c: Context, { type, bytes }: PhotoBytes) {
  c.header('X-Content-Type-Options', 'nosniff');
  return c.body(bytes, 200, { 'Content-Type': type });
}
