import type { Context, Hono } from 'hono';
import { type ContractAnswer, type ContractDetail, takeContractStepSchema } from '#schemas/api/contracts.ts';
import { auditActor } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { readContractDetail, signContract } from '../suppliers/contract.ts';
import { apiError, parseBody } from './answers.ts';

type C = Context<OfficeEnv>;
const statuses = { 'not-found': 404, conflict: 409, 'bad-request': 400 } as const;

/** `/api/suppliers/:supplier/contract`: the buyer's side (schemas/api/contracts.ts). */
export function addContractRoutes(routes: Hono<OfficeEnv>, context: ServerContext, office: OfficeAuth): void {
  const edit = office.require('edit-suppliers');
  routes.get('/:supplier/contract', edit, (c) => detail(context, c));
  routes.post('/:supplier/contract', edit, (c) => sign(context, c));
}

/** `/api/supplies/:supplier/contract`: the supplier's. Its administrators bind it. */
export function addSupplyContractRoutes(routes: Hono<OfficeEnv>, context: ServerContext, office: OfficeAuth): void {
  routes.get('/:supplier/contract', office.requireSupplier('read-supplies'), (c) => detail(context, c));
  routes.post('/:supplier/contract', office.requireSupplier('edit-supplier-staff'), (c) => sign(context, c));
}

/** [A1] Whose contract: by the door that they came in through. */
function partiesOf(c: C) {
  const own = c.get('supplier');
  if (own) return { side: 'supplier' as const, merchantId: own.merchantId, supplierId: own.supplierId };
  return { side: 'buyer' as const, merchantId: c.get('actor').merchantId, supplierId: c.req.param('supplier') ?? '' };
}

async function detail(context: ServerContext, c: C) {
  const found = await readContractDetail(context, partiesOf(c));
  return found === null ? apiError(c, 404, 'not-found') : c.json<ContractDetail>(found);
}

async function sign(context: ServerContext, c: C) {
  const body = await parseBody(c, takeContractStepSchema);
  if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
  const signed = await signContract(context, { ...partiesOf(c), by: auditActor(c) }, body.value);
  if (signed.ok) return c.json<ContractAnswer>(signed.value);
  return apiError(c, statuses[signed.error.code], signed.error.code, signed.error.detail);
}
