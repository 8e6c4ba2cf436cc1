import { Hono } from 'hono';
import { type ReceiptDesignMessage, receiptDesignMessageSchema } from '#schemas/api/receipt-design.ts';
import { auditActor } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { readReceiptDesign, setReceiptDesign } from '../receipts/receipt-design.ts';
import { apiError, parseBody } from './answers.ts';

/** `…/receipt-design`: a store's logo, words and fiscal block (schemas/api/receipt-design.ts). */
export function receiptDesignRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();

  routes.get('/', office.require('read-reports'), async (c) => {
    return c.json<ReceiptDesignMessage>({ design: await readReceiptDesign(context.database.pool, c.get('storeId')) });
  });

  routes.post('/', office.require('edit-printers'), async (c) => {
    const body = await parseBody(c, receiptDesignMessageSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { design } = body.value;
    await setReceiptDesign(context, c.get('store'), auditActor(c), design);
    return c.json<ReceiptDesignMessage>({ design });
  });

  return routes;
}
