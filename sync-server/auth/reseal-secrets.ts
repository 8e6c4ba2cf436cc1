import { nonceLength } from '../audit/personal-seal.ts';
import type { ServerContext } from '../context.ts';
import type { Queryable } from '../db/database.ts';
import { hookSealKey, openHookSecret, sealHookSecret } from '../prices/hook-secret.ts';
import { openWebhookSecret, sealWebhookSecret } from '../webhooks/webhook-secret.ts';
import { keySealOf, resealPrivateKeys } from './private-keys.ts';

type Options = {
  /** The installation's secret that sealed them. */
  from: string;
  /** That of the installation they come to. */
  to: string;
  randomBytes: ServerContext['randomBytes'];
};

/** Seals all that one installation's secret sealed with another's, in a database of one merchant. Answers what could not be opened. */
export async function resealSecrets(tables: Queryable, { from, to, randomBytes }: Options): Promise<string[]> {
  const [opening, sealing] = [{ keySeal: keySealOf(from) }, { keySeal: keySealOf(to), randomBytes }];
  const lost = await resealPrivateKeys(tables, opening, sealing);
  const { rows: hooks } = await tables.query<{ merchantId: string; hookId: string; secret: string }>(
    'select merchant_id as "merchantId", hook_id as "hookId", secret from price_hook',
  );
  for (const { secret, ...place } of hooks) {
    const opened = openHookSecret(hookSealKey(from), place, secret);
    if (opened === null) lost.push(`price hook ${place.hookId}`);
    else {
      const sealed = sealHookSecret(hookSealKey(to), randomBytes(nonceLength), place, opened);
      await tables.query('update price_hook set secret = $3 where merchant_id = $1 and hook_id = $2', [
        place.merchantId,
        place.hookId,
        sealed,
      ]);
    }
  }
  const { rows: webhooks } = await tables.query<{ merchantId: string; webhookId: string; secret: string }>(
    'select merchant_id as "merchantId", webhook_id as "webhookId", secret from webhook',
  );
  for (const { secret, ...place } of webhooks) {
    const opened = openWebhookSecret(opening, place, secret);
    if (opened === null) lost.push(`webhook ${place.webhookId}`);
    else {
      await tables.query('update webhook set secret = $3 where merchant_id = $1 and webhook_id = $2', [
        place.merchantId,
        place.webhookId,
        sealWebhookSecret(sealing, place, opened),
      ]);
    }
  }
  return lost;
}
