import type { Context } from 'hono';
import { type AnnounceAnswer, announceFileSchema, announceSchema } from '#schemas/api/deliveries.ts';
import { supplyAnnounceSchema, supplyFileSchema } from '#schemas/api/supplies.ts';
import { actorId, type OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { type AnnounceOptions, announce } from '../deliveries/announce.ts';
import { readNotice } from '../deliveries/announcement-csv.ts';
import { noticeOfLines } from '../deliveries/announcement-json.ts';
import type { BackOfficeFailure } from '../journal/back-office.ts';
import { apiError, parseBody, parseQuery } from './answers.ts';

type C = Context<OfficeEnv>;

/** Announces the lines of a JSON body: of the supplier of the path or, from the office, of the one that it names. */
export async function announceLines(context: ServerContext, c: C) {
  const supplier = c.get('supplier');
  const body = await parseBody(c, supplier ? supplyAnnounceSchema : announceSchema);
  if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
  const { lines, ...asked } = { supplierId: supplier?.supplierId, ...body.value };
  return announced(context, c, { ...split(asked), notice: noticeOfLines(lines), isPreview: false });
}

/** Announces a file, or says what it would be. */
export async function announceFile(context: ServerContext, c: C) {
  const supplier = c.get('supplier');
  const query = parseQuery(c, supplier ? supplyFileSchema : announceFileSchema);
  if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
  const { preview, ...asked } = { supplierId: supplier?.supplierId, ...query.value };
  const notice = await readNotice(new Uint8Array(await c.req.arrayBuffer()));
  return announced(context, c, { ...split(asked), notice, isPreview: preview === '1' });
}

function split({
  supplierId,
  ...announcement
}: AnnounceOptions['announcement'] & Pick<AnnounceOptions, 'supplierId'>): Pick<
  AnnounceOptions,
  'supplierId' | 'announcement'
> {
  return { supplierId, announcement };
}

async function announced(
  context: ServerContext,
  c: C,
  what: Omit<AnnounceOptions, 'store' | 'actorId' | 'isBySupplier'>,
) {
  const isBySupplier = c.get('supplier') !== undefined;
  const by = { store: c.get('store'), actorId: actorId(c.get('actor')), isBySupplier };
  const answer = await announce(context, { ...by, ...what });
  if (!answer.ok) return notWritten(c, answer.error);
  const isRefused = answer.value.failure !== null || answer.value.problemCount > 0;
  return c.json<AnnounceAnswer>(answer.value, isRefused && !what.isPreview ? 422 : 200);
}

/** Why the back office could not write an entry. */
export function notWritten(c: Context, failure: BackOfficeFailure) {
  if (failure.code === 'unavailable') return apiError(c, 503, 'busy', failure.detail);
  return apiError(c, 400, 'bad-request', `${failure.code}: ${failure.detail}`);
}
