import type { ServerContext } from '../context.ts';
import { RoundWorker } from '../feed/round-worker.ts';
import { outboxScope } from '../journal/post-deliveries.ts';
import { AwaitedCartonSweep } from './awaited-cartons.ts';
import { drainOutbox } from './drain-outbox.ts';

/** What was tried before is due again, and a lost hint is made good, this late. */
const pollMs = 2_000;

/** Tells other stores what they must hear, as soon as it is posted. One a server; servers share the work by row locks. */
export function startOutbox(context: ServerContext): RoundWorker {
  const sweep = new AwaitedCartonSweep(context);
  return new RoundWorker(context, {
    ...{ scope: outboxScope, pollMs, waiting: 'the outbox waits' },
    round: async (signal) => {
      await drainOutbox(context, signal);
      await sweep.sweepWhenDue(signal);
    },
  }).start();
}
