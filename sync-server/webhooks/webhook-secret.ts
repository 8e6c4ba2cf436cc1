import { nonceLength } from '../audit/personal-seal.ts';
import { openSecret, sealSecret } from '../auth/sealed-secret.ts';
import type { ServerContext } from '../context.ts';

type Place = { merchantId: string; webhookId: string };

/** As it stands in the database: whoever reads that, or a backup of it, alone signs nothing (auth/private-keys.ts). */
export function sealWebhookSecret(
  context: Pick<ServerContext, 'keySeal' | 'randomBytes'>,
  place: Place,
  secret: string,
): string {
  return sealSecret(context.keySeal, context.randomBytes(nonceLength), placeText(place), secret);
}

/** Null: another installation's secret sealed it. */
export function openWebhookSecret(
  context: Pick<ServerContext, 'keySeal'>,
  place: Place,
  stored: string,
): string | null {
  return openSecret(context.keySeal, placeText(place), stored);
}

const placeText = ({ merchantId, webhookId }: Place) => `webhook ${merchantId} ${webhookId}`;
