import type { ServerContext } from '../context.ts';
import { RoundWorker } from '../feed/round-worker.ts';
import { sendMessages } from './send-messages.ts';
import { forgetOldMessages } from './webhooks.ts';

/** What is in the outbox is sent this soon. */
const pollMs = 2_000;
const forgetEveryMs = 3_600_000;

/** Tells other systems what they asked for. One a server; servers share the work by row locks. */
export function startWebhooks(context: ServerContext): RoundWorker {
  let forgotAtMs = 0;
  return new RoundWorker(context, {
    ...{ scope: 'webhooks', pollMs, waiting: 'webhooks wait' },
    round: async (signal) => {
      await sendMessages(context, signal);
      if (context.nowMs() - forgotAtMs < forgetEveryMs) return;
      forgotAtMs = context.nowMs();
      await forgetOldMessages(context);
    },
  }).start();
}
