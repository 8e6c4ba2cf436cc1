import type { App } from './app.svelte.ts';

const lookAgainMs = 100;

/**
 * What an RFID reader saw, one tag after the other as if each were scanned: for the stock room alone. Nothing is sold because
 * it passed a reader. Tags wait while a second person is asked; they end where the screen does.
 */
export async function readTags(
  { stock, session, approvals }: Pick<App, 'stock' | 'session' | 'approvals'>,
  epcs: readonly string[],
): Promise<void> {
  const { onScan } = stock;
  for (const epc of epcs) {
    while (approvals.need !== null) await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
    if (onScan === null || stock.onScan !== onScan || session.operator === null) return;
    await onScan(epc);
  }
}

/** A program on this device: the one address that a secure page may ask without a certificate (security-headers.ts). */
export function isBridgeUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null) return false;
  return url.protocol === 'ws:' && ['127.0.0.1', 'localhost'].includes(url.hostname);
}
