import type { App } from './app.svelte.ts';

const lookAgainMs = 100;

/**
 * What an RFID reader saw, for the screen of the stock room that asked for it and no other: nothing is sold because it passed
 * a reader. Tags wait while a second person is asked; they end where the screen does.
 */
export async function readTags(
  { stock, session, approvals }: Pick<App, 'stock' | 'session' | 'approvals'>,
  epcs: readonly string[],
): Promise<void> {
  const { onTags } = stock;
  while (approvals.need !== null) await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  if (onTags === null || stock.onTags !== onTags || session.operator === null) return;
  await onTags(epcs);
}

/** Lets a screen take tags: each as if it were scanned. The tags of a batch end where the screen does, too. */
export function takeEachTag(stock: Pick<App['stock'], 'onTags'>, read: (raw: string) => Promise<void>): void {
  const take = async (epcs: readonly string[]) => {
    for (const epc of epcs) if (stock.onTags === take) await read(epc);
  };
  stock.onTags = take;
}

/** A program on this device: the one address that a secure page may ask without a certificate (security-headers.ts). */
export function isBridgeUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null) return false;
  return url.protocol === 'ws:' && ['127.0.0.1', 'localhost'].includes(url.hostname);
}
