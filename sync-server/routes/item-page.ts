import { type Context, Hono } from 'hono';
import {
  type ItemPage,
  type ItemPageSettings,
  itemPageSettingsSchema,
  type SkuStory,
  type StoryList,
  type StoryRequest,
  storyQuerySchema,
  storyRequestSchema,
} from '#schemas/api/item-page.ts';
import { key } from '#schemas/text.ts';
import { auditActor, recordAudit } from '../audit/audit.ts';
import type { OfficeAuth, OfficeEnv } from '../auth/office-auth.ts';
import type { ServerContext } from '../context.ts';
import { inTransaction, type Queryable } from '../db/database.ts';
import { bumpChain } from '../feed/revision.ts';
import { readSettings } from '../item-page/item-facts.ts';
import { itemPath } from '../item-page/link-address.ts';
import { apiError, parseBody, parseQuery } from './answers.ts';

const most = 50;

/** `/api/item-page`: what the page behind an item code shows (schemas/api/item-page.ts). */
export function itemPageSettingsRoutes(context: ServerContext, office: OfficeAuth): Hono<OfficeEnv> {
  const edit = office.require('edit-item-page');
  const routes = new Hono<OfficeEnv>();
  const { pool } = context.database;

  routes.get('/', edit, async (c) => c.json<ItemPage>(await readItemPage(pool, c.get('actor').merchantId)));

  routes.post('/', edit, async (c) => {
    const body = await parseBody(c, itemPageSettingsSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    await changeSettings(context, c, body.value);
    return c.json<ItemPage>(await readItemPage(pool, c.get('actor').merchantId));
  });

  routes.get('/stories', edit, async (c) => {
    const query = parseQuery(c, storyQuerySchema);
    if (!query.ok) return apiError(c, 400, 'bad-request', query.error.detail);
    const { q, told } = query.value;
    const items = await readStories(pool, c.get('actor').merchantId, { searched: q, isToldOnly: told === 'yes' });
    return c.json<StoryList>({ items: items.slice(0, most), more: items.length > most });
  });

  routes.post('/stories/:sku', edit, async (c) => {
    const body = await parseBody(c, storyRequestSchema);
    if (!body.ok) return apiError(c, 400, 'bad-request', body.error.detail);
    const { merchantId } = c.get('actor');
    const skuId = key(40).safeParse(c.req.param('sku'));
    const isKnown = skuId.success && (await changeStory(context, c, skuId.data, body.value));
    if (!isKnown) return apiError(c, 404, 'not-found');
    const items = await readStories(pool, merchantId, { skuId: skuId.data });
    return c.json<StoryList>({ items, more: false });
  });
  return routes;
}

async function readItemPage(pool: Queryable, merchantId: string): Promise<ItemPage> {
  const { rows } = await pool.query<{
    settings: unknown;
    domain: string;
    gtin14: string | null;
    serial: string | null;
  }>(
    `select (select settings from item_page where merchant_id = $1) as settings, m.digital_link_domain as domain,
            e.gtin14, e.serial
       from merchant m left join lateral (
         select g.gtin14, u.serial from gtin g
           join sku k on k.merchant_id = g.merchant_id and k.sku_id = g.sku_id and not k.deleted
           left join lateral (
             select u.serial from store s join unit u on u.store_id = s.store_id and u.gtin14 = g.gtin14
              where s.merchant_id = $1 and k.tracking = 'item' limit 1) u on true
          where g.merchant_id = $1 and not g.deleted
          order by k.tracking = 'item' desc, g.gtin14 limit 1) e on true
      where m.merchant_id = $1`,
    [merchantId],
  );
  const [row] = rows;
  const example = row?.gtin14 ? itemPath({ gtin14: row.gtin14, serial: row.serial }) : null;
  return { settings: readSettings(row?.settings), domain: row?.domain ?? '', example };
}

async function changeSettings(context: ServerContext, c: Context<OfficeEnv>, settings: ItemPageSettings) {
  const { merchantId } = c.get('actor');
  await inTransaction(context.database, async (tx) => {
    // Pages are remembered as of the chain's revision.
    await bumpChain(tx, merchantId);
    const { rows } = await tx.query<{ settings: object }>('select settings from item_page where merchant_id = $1', [
      merchantId,
    ]);
    await tx.query(
      `insert into item_page (merchant_id, settings) values ($1, $2)
       on conflict (merchant_id) do update set settings = excluded.settings`,
      [merchantId, JSON.stringify(settings)],
    );
    await recordAudit(tx, context, auditActor(c), {
      merchantId,
      storeId: null,
      action: 'item-page-changed',
      subjectType: 'item-page',
      subjectId: merchantId,
      before: readSettings(rows[0]?.settings),
      after: settings,
    });
  });
  context.changes.publish(merchantId);
}

/** False: no such SKU. */
async function changeStory(
  context: ServerContext,
  c: Context<OfficeEnv>,
  skuId: string,
  { story, origin }: StoryRequest,
): Promise<boolean> {
  const { merchantId } = c.get('actor');
  const isKnown = await inTransaction(context.database, async (tx) => {
    await bumpChain(tx, merchantId);
    const { rows } = await tx.query<StoryRequest>(
      `select s.story, s.origin from sku k left join sku_story s on s.merchant_id = k.merchant_id and s.sku_id = k.sku_id
        where k.merchant_id = $1 and k.sku_id = $2 and not k.deleted`,
      [merchantId, skuId],
    );
    const [before] = rows;
    if (before === undefined) return false;
    await tx.query(
      `insert into sku_story (merchant_id, sku_id, story, origin) values ($1, $2, $3, $4)
       on conflict (merchant_id, sku_id) do update set story = excluded.story, origin = excluded.origin`,
      [merchantId, skuId, ...[story, origin].map((value) => (value === null ? null : JSON.stringify(value)))],
    );
    const what = { subjectType: 'sku', subjectId: skuId, before, after: { story, origin } };
    await recordAudit(tx, context, auditActor(c), { merchantId, storeId: null, action: 'story-changed', ...what });
    return true;
  });
  if (isKnown) context.changes.publish(merchantId);
  return isKnown;
}

/** One more than are shown. Every word is part of the SKU code, of a name or variant in any language, or of a GTIN. */
async function readStories(
  pool: Queryable,
  merchantId: string,
  {
    searched = '',
    isToldOnly = false,
    skuId = null,
  }: { searched?: string; isToldOnly?: boolean; skuId?: string | null },
): Promise<SkuStory[]> {
  const words = searched.split(/\s+/).filter((word) => word !== '');
  const patterns = words.slice(0, 10).map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`);
  const { rows } = await pool.query<Omit<SkuStory, 'path'> & { gtin14: string | null }>(
    `select k.sku_id as "skuId", k.names, k.variant, s.story, s.origin,
            (select min(g.gtin14) from gtin g
              where g.merchant_id = k.merchant_id and g.sku_id = k.sku_id and not g.deleted) as gtin14
       from sku k left join sku_story s on s.merchant_id = k.merchant_id and s.sku_id = k.sku_id
      where k.merchant_id = $1 and not k.deleted and ($4::text is null or k.sku_id = $4)
        and (not $3 or s.story is not null or s.origin is not null)
        and not exists (select 1 from unnest($2::text[]) as w(pattern) where not (
              k.sku_id ilike w.pattern
              or exists (select 1 from jsonb_each_text(k.names) n where n.value ilike w.pattern)
              or (jsonb_typeof(k.variant) = 'object'
                  and exists (select 1 from jsonb_each_text(k.variant) n where n.value ilike w.pattern))
              or exists (select 1 from gtin g where g.merchant_id = k.merchant_id and g.sku_id = k.sku_id
                            and not g.deleted and g.gtin14 like w.pattern)))
      order by k.sku_id limit ${most + 1}`,
    [merchantId, patterns, isToldOnly, skuId],
  );
  return rows.map(({ gtin14, ...row }) => ({ ...row, path: gtin14 === null ? null : itemPath({ gtin14 }) }));
}
