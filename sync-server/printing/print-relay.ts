import type { ServerContext } from '../context.ts';
import { labelRenderer } from './label-renderer.ts';
import { PrintWorker } from './print-worker.ts';
import { receiptRenderer } from './receipt-renderer.ts';

const workers = new WeakMap<ServerContext, PrintWorker>();

/** The relay of a server: one, whoever asks. main.ts starts it; until then it works when it is woken. */
export function printRelayOf(context: ServerContext): PrintWorker {
  const worker =
    workers.get(context) ?? new PrintWorker(context, { renderer: labelRenderer(), receipts: receiptRenderer() });
  workers.set(context, worker);
  return worker;
}
