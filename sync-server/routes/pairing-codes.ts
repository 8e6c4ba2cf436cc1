import { Hono } from 'hono';
import type { PairingCodeAnswer } from '#schemas/api/pairing-codes.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import { createPairingCode } from '../auth/pairing.ts';
import type { ServerContext } from '../context.ts';

/** The address that a tablet opens to pair with a code. */
export function pairingUrl(address: string, code: string): string {
  return `${address}/pair?code=${code}`;
}

/** `POST …/pairing-codes`. `publicAddress` stands in where the manager's own address is of no use to a tablet. */
export function pairingCodeRoutes(context: ServerContext, office: OfficeAuth, publicAddress?: string): Hono<OfficeEnv> {
  return new Hono<OfficeEnv>().post('/', office.require('pair-till'), async (c) => {
    const { code, expiresAtMs } = await createPairingCode(context, c.get('storeId'));
    const { origin, hostname } = new URL(c.req.url);
    const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
    const address = isLoopback && publicAddress ? publicAddress : (c.req.header('origin') ?? origin);
    return c.json<PairingCodeAnswer>({ code, expiresAtMs, url: pairingUrl(address, code) });
  });
}
