import { type Context, Hono } from 'hono';
import { addPlaceSchema, changePlaceSchema, maxPlaces, type PlaceAnswer, type PlaceList } from '#schemas/api/places.ts';
import { idSchema } from '#schemas/journal/envelope.ts';
import { type Place, placeKinds } from '#schemas/stock/place.ts';
import { type AuditRecord, auditActor, recordAudit } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import { firstPlaces } from '../catalogue/new-store.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { apiError, parseBody } from './answers.ts';

/** `…/places`: where in the store goods can be (schemas/api/places.ts). */
export function placeRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const routes = new Hono<OfficeEnv>();
  const edit = office.require('edit-places');

  routes.get('/', office.require('read-reports'), async (c) =>
    c.json<PlaceList>({ places: await listPlaces(context.database.pool, c.get('storeId')) }),
  );

  routes.post('/', edit, async (c) => {
    const body = await parseBody(c, addPlaceSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { placeId, names, kind } = body.value;
    return changePlace(context, c, placeId, async (tx, found) => {
      if (found) return 'name-taken';
      const { rows } = await tx.query<{ count: number }>(
        'select count(*)::int as count from place where store_id = $1 and closed_at_ms is null',
        [c.get('storeId')],
      );
      if ((rows[0]?.count ?? 0) >= maxPlaces) return 'conflict';
      await writePlace(tx, c.get('storeId'), { placeId, names, kind });
      return { action: 'place-added', after: { names, kind } };
    });
  });

  routes.post('/:place', edit, async (c) => {
    const body = await parseBody(c, changePlaceSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const after = body.value;
    return changePlace(context, c, c.req.param('place'), async (tx, found) => {
      if (!found) return 'not-found';
      const before = { names: found.names, kind: found.kind };
      if (JSON.stringify(before) === JSON.stringify({ names: after.names, kind: after.kind })) return null;
      await writePlace(tx, c.get('storeId'), { placeId: found.placeId, ...after });
      return { action: 'place-changed', before, after };
    });
  });

  for (const [path, action] of [
    ['close', 'place-closed'],
    ['open', 'place-opened'],
  ] as const) {
    routes.post(`/:place/${path}`, edit, (c) =>
      changePlace(context, c, c.req.param('place') ?? '', async (tx, found) => {
        if (!found) return 'not-found';
        const closes = action === 'place-closed';
        // What the counter sells is booked there.
        if (closes && found.isSalesPlace) return 'conflict';
        if (closes === (found.closedAtMs !== null)) return null;
        await tx.query('update place set closed_at_ms = $3 where store_id = $1 and place_id = $2', [
          c.get('storeId'),
          found.placeId,
          closes ? context.nowMs() : null,
        ]);
        return { action };
      }),
    );
  }
  return routes;
}

const salesPlaceNames = JSON.stringify(firstPlaces[0].names);

type FoundPlace = Place & { isSalesPlace: boolean; closedAtMs: number | null };

/** The places of store $1. The sales place is one always, by the names $2: a store of an earlier version has no rows. */
const placesOfStore = `
  select p.place_id as "placeId", p.names, p.kind, p.place_id = s.sales_place_id as "isSalesPlace",
         p.closed_at_ms as "closedAtMs"
    from place p join store s using (store_id) where p.store_id = $1
  union all
  select s.sales_place_id, $2::jsonb, 'sales-floor', true, null
    from store s where s.store_id = $1 and not exists (
      select 1 from place p where p.store_id = s.store_id and p.place_id = s.sales_place_id)`;

async function listPlaces(database: Queryable, storeId: string): Promise<PlaceList['places']> {
  const { rows } = await database.query<PlaceList['places'][number]>(
    `with places as (${placesOfStore}),
          here as (select place_id, received + returned + moved_in - sold - moved_out + adjusted as pieces
                     from stock where store_id = $1),
          sums as (select place_id, sum(pieces)::int8 as pieces, count(*) filter (where pieces <> 0) as skus
                     from here group by place_id)
     select places.*, coalesce(sums.pieces, 0) as "onHand", coalesce(sums.skus, 0) as "skuCount"
       from places left join sums on sums.place_id = places."placeId"
      order by places."isSalesPlace" desc, places."closedAtMs" is not null,
               array_position($3::text[], places.kind), places."placeId"`,
    [storeId, salesPlaceNames, [...placeKinds]],
  );
  return rows;
}

async function writePlace(tx: Queryable, storeId: string, { placeId, names, kind }: Place): Promise<void> {
  await tx.query(
    `insert into place (store_id, place_id, names, kind) values ($1, $2, $3, $4)
     on conflict (store_id, place_id) do update set names = excluded.names, kind = excluded.kind`,
    [storeId, placeId, JSON.stringify(names), kind],
  );
}

type Refusal = 'name-taken' | 'not-found' | 'conflict';
type Change = Pick<AuditRecord, 'action' | 'before' | 'after'> | Refusal | null;
const statuses = { 'name-taken': 409, 'not-found': 404, conflict: 409 } as const;

/** Changes a place, alone in its store, and puts it on record; the store's tills hear of it. Null: it is so already. */
async function changePlace(
  context: ServerContext,
  c: Context<OfficeEnv>,
  placeId: string,
  change: (tx: Queryable, found: FoundPlace | null) => Promise<Change>,
) {
  if (!idSchema.safeParse(placeId).success) return apiError(c, 404, 'not-found');
  const { merchantId, storeId } = c.get('store');
  const outcome = await inTransaction(context.database, async (tx) => {
    await tx.query('select 1 from store where store_id = $1 for no key update', [storeId]);
    const { rows } = await tx.query<FoundPlace>(`select * from (${placesOfStore}) p where "placeId" = $3`, [
      storeId,
      salesPlaceNames,
      placeId,
    ]);
    const changed = await change(tx, rows[0] ?? null);
    if (changed === null || typeof changed === 'string') return changed;
    const subject = { subjectType: 'place', subjectId: placeId };
    await recordAudit(tx, context, auditActor(c), { merchantId, storeId, ...subject, ...changed });
    return changed;
  });
  if (typeof outcome === 'string') return apiError(c, statuses[outcome], outcome);
  if (outcome !== null) context.changes.publish(storeId);
  return c.json<PlaceAnswer>({ placeId });
}
