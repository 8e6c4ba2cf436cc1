import type { LifeStep, UnitLife } from '#schemas/api/units.ts';
import { assert } from '#schemas/assert.ts';
import { type CountedUnit, toldSightings } from '#schemas/stock/count-sightings.ts';
import type { DeliveryRow, RecallRow } from '#schemas/stock/delivery.ts';
import type { PlaceKind } from '#schemas/stock/place.ts';
import { recallsOf } from '#schemas/stock/recall.ts';
import { stepNoteOf } from '#schemas/stock/step-note.ts';
import { compareSteps, moveUnit, type UnitStanding, type UnitStep, unitKey } from '#schemas/stock/unit.ts';
import type { UnitState } from '#schemas/stock/unit-states.ts';
import type { Names } from '#schemas/text.ts';
import type { Queryable } from '../db/database.ts';
import type { ChainStore } from './chain-stores.ts';
import { detailOf, type LifeDetail, type LifeEntry, labelLine, readEntries, readLabelEntries } from './life-facts.ts';
import { timeZoneOffset } from './time-zone-offset.ts';

export type UnitCode = { gtin14: string; serial: string };
type Asked = { merchantId: string; stores: readonly ChainStore[]; code: UnitCode };
type StepRow = UnitStep & { storeId: string; skuId: string };
type Told = StepRow & { after: UnitState; contradiction: LifeStep['contradiction'] };
type StandingRow = UnitStanding & { storeId: string; entryId: string; orderedAtMs: number; skuId: string };
type SightingRow = Omit<CountedUnit, 'gtin14' | 'serial' | 'agoMs'> & {
  storeId: string;
  entryId: string;
  seenAtMs: number;
};
/** A step, a label or a sighting with the entry that made it. */
type Moment = {
  entry: LifeEntry;
  detail: LifeDetail;
  lineNumber: number;
  orderedAtMs: number;
  step: Told | null;
  /** Where it was counted. */
  seenAt: string | null;
};

/**
 * A unit's whole life: what the stores whose reports the asker may read have on record of it, in the order of the hybrid
 * logical clock (schemas/api/units.ts). Steps, entries and rows are each found by their keys.
 */
export async function readLife(database: Queryable, { merchantId, stores, code }: Asked): Promise<UnitLife> {
  const readable = stores.filter(({ isReadable }) => isReadable).map(({ storeId }) => storeId);
  const standings = await readStandings(database, stores, code);
  const steps = tell(await readSteps(database, readable, code));
  const sightings = await readSightings(database, readable, code);
  const entries = await readEntries(database, merchantId, [...steps, ...sightings]);
  const labels = await readLabelEntries(database, merchantId, readable, code);
  const moments = momentsOf({ steps, sightings, entries, labels }, code);
  const skuId = standings.toSorted((a, b) => b.orderedAtMs - a.orderedAtMs)[0]?.skuId ?? null;
  const facts = await readChainFacts(database, { merchantId, stores, code }, skuId);
  const around = await readSurroundings(database, moments, stores);
  const shown = moments.map((moment) => shownStep(moment, stores, around));
  const known = standings.filter(({ storeId }) => readable.includes(storeId));
  const tellsOf = (field: 'batch' | 'expiresOn') =>
    known.toSorted((a, b) => b.orderedAtMs - a.orderedAtMs).find((row) => row[field] !== null)?.[field] ?? null;
  return {
    ...code,
    skuId: facts.skuId,
    names: facts.names,
    variant: facts.variant,
    digitalLink: `${facts.domain}/01/${code.gtin14}/21/${encodeURIComponent(code.serial)}`,
    batch: tellsOf('batch'),
    expiresOn: tellsOf('expiresOn'),
    standings: known
      .toSorted((a, b) => b.orderedAtMs - a.orderedAtMs)
      .map((row) => ({
        storeId: row.storeId,
        storeName: nameOf(stores, row.storeId),
        state: row.state,
        placeId: row.placeId,
        placeNames: around.places.get(`${row.storeId}|${row.placeId}`)?.names ?? null,
        sinceMs:
          shown.find((step) => step.storeId === row.storeId && step.entryId === row.entryId)?.atMs ?? row.orderedAtMs,
      })),
    elsewhere: standings
      .filter(({ storeId }) => !readable.includes(storeId))
      .map(({ storeId, state }) => ({ storeId, storeName: nameOf(stores, storeId), state })),
    steps: shown,
    recalls: recallsOf({ ...code, batch: tellsOf('batch') }, facts.recalls).map(({ recall, isCertain }) => ({
      recallId: recall.recallId,
      title: recall.title,
      isCertain,
    })),
  };
}

function nameOf(stores: readonly ChainStore[], storeId: string): string {
  return stores.find((store) => store.storeId === storeId)?.storeName ?? '';
}

async function readStandings(database: Queryable, stores: readonly ChainStore[], code: UnitCode) {
  const { rows } = await database.query<StandingRow>(
    `select u.store_id as "storeId", u.sku_id as "skuId", u.state, u.place_id as "placeId", u.batch,
            u.expires_on as "expiresOn", u.entry_id as "entryId", u.ordered_at_ms as "orderedAtMs"
       from unnest($1::text[]) s(store_id) join unit u using (store_id) where u.gtin14 = $2 and u.serial = $3`,
    [stores.map(({ storeId }) => storeId), code.gtin14, code.serial],
  );
  return rows;
}

async function readSteps(database: Queryable, storeIds: readonly string[], code: UnitCode): Promise<StepRow[]> {
  const { rows } = await database.query<StepRow>(
    `select u.store_id as "storeId", u.type, u.sku_id as "skuId", u.place_id as "placeId", u.entry_id as "entryId",
            u.ordered_at_ms as "orderedAtMs", u.line_number as "lineNumber", u.batch, u.expires_on as "expiresOn",
            u.on_day as "onDay"
       from unnest($1::text[]) s(store_id) join unit_step u using (store_id) where u.gtin14 = $2 and u.serial = $3`,
    [storeIds, code.gtin14, code.serial],
  );
  return rows;
}

/** Where it was counted, store by store; each time once. */
async function readSightings(database: Queryable, storeIds: readonly string[], code: UnitCode): Promise<SightingRow[]> {
  const { rows } = await database.query<SightingRow>(
    `select c.store_id as "storeId", c.count_id as "countId", c.place_id as "placeId", c.pass, c.entry_id as "entryId",
            c.line_number as "lineNumber", c.seen_at_ms as "seenAtMs", c.is_taken_back as "isTakenBack"
       from unnest($1::text[]) s(store_id) join count_unit c using (store_id) where c.gtin14 = $2 and c.serial = $3`,
    [storeIds, code.gtin14, code.serial],
  );
  return [...Map.groupBy(rows, ({ storeId }) => storeId).values()].flatMap(toldSightings);
}

/** Each step with where the unit stands after it in the books of its store, and what it contradicts there. */
function tell(rows: readonly StepRow[]): Told[] {
  return [...Map.groupBy(rows, ({ storeId }) => storeId).values()].flatMap((own) => {
    let standing: UnitStanding | null = null;
    return own.toSorted(compareSteps).map((step): Told => {
      const move = moveUnit(standing, step);
      standing = move.standing;
      return { ...step, after: move.standing.state, contradiction: move.contradiction };
    });
  });
}

function momentsOf(
  {
    steps,
    sightings,
    entries,
    labels,
  }: {
    steps: readonly Told[];
    sightings: readonly SightingRow[];
    entries: readonly LifeEntry[];
    labels: readonly LifeEntry[];
  },
  { gtin14, serial }: UnitCode,
): Moment[] {
  const byKey = new Map(entries.map((entry) => [`${entry.storeId}|${entry.entryId}`, entry]));
  const momentOf = ({ storeId, entryId, lineNumber }: { storeId: string; entryId: string; lineNumber: number }) => {
    const entry = byKey.get(`${storeId}|${entryId}`);
    assert(entry, 'a step names an entry of the journal');
    return { entry, detail: detailOf(entry, lineNumber), lineNumber };
  };
  const moments = steps.map((step): Moment => {
    return { ...momentOf(step), orderedAtMs: step.orderedAtMs, step, seenAt: null };
  });
  const seen = sightings.map((sighting): Moment => {
    return { ...momentOf(sighting), orderedAtMs: sighting.seenAtMs, step: null, seenAt: sighting.placeId };
  });
  const printed = labels.map((entry): Moment => {
    const lineNumber = labelLine(entry.fact, gtin14, serial);
    const { orderedAtMs } = entry;
    return { entry, detail: detailOf(entry, lineNumber), lineNumber, orderedAtMs, step: null, seenAt: null };
  });
  const orderOf = ({ entry, lineNumber }: Moment) => `${entry.storeId}|${entry.entryId}|${1_000_000 + lineNumber}`;
  return [...moments, ...seen, ...printed].toSorted(
    (a, b) => a.orderedAtMs - b.orderedAtMs || (orderOf(a) < orderOf(b) ? -1 : 1),
  );
}

type ChainFacts = {
  domain: string;
  skuId: string | null;
  names: Names | null;
  variant: Names | null;
  recalls: RecallRow[];
};

async function readChainFacts(database: Queryable, { merchantId, code }: Asked, skuId: string | null) {
  const { rows } = await database.query<Omit<ChainFacts, 'recalls'>>(
    `select m.digital_link_domain as domain, coalesce($2, g.sku_id) as "skuId", k.names, k.variant
       from merchant m left join gtin g on g.merchant_id = m.merchant_id and g.gtin14 = $3 and not g.deleted
       left join sku k on k.merchant_id = m.merchant_id and k.sku_id = coalesce($2, g.sku_id)
      where m.merchant_id = $1`,
    [merchantId, skuId, code.gtin14],
  );
  const { rows: recalls } = await database.query<RecallRow>(
    `select recall_id as "recallId", title, advice, gtins, batches, units, opened_at_ms as "openedAtMs"
       from recall
      where merchant_id = $1 and not deleted
        and (gtins ? $2 or units ? $3 or (jsonb_array_length(gtins) = 0 and jsonb_array_length(batches) > 0))
      order by opened_at_ms desc, recall_id`,
    [merchantId, code.gtin14, unitKey(code.gtin14, code.serial)],
  );
  const [facts] = rows;
  assert(facts, 'a store belongs to a merchant');
  return { ...facts, recalls };
}

type Surroundings = {
  places: Map<string, { names: Names; kind: PlaceKind }>;
  deliveries: Map<string, DeliveryRow>;
  members: Map<string, string>;
  counts: Map<string, string>;
};

/** Names of what the steps speak of, by `<store>|<id>`. */
async function readSurroundings(
  database: Queryable,
  moments: readonly Moment[],
  stores: readonly ChainStore[],
): Promise<Surroundings> {
  const storeIds = [...new Set(moments.map(({ entry }) => entry.storeId))];
  const deliveryIds = moments.flatMap(({ entry, detail }) =>
    detail.deliveryId === null ? [] : [{ storeId: entry.storeId, id: detail.deliveryId }],
  );
  const memberIds = moments.flatMap(({ entry, detail }) => {
    const isShown = stores.some(({ storeId, showsMembers }) => storeId === entry.storeId && showsMembers);
    const memberId = detail.sale?.memberId;
    return isShown && memberId != null ? [{ storeId: entry.storeId, id: memberId }] : [];
  });
  const keys = (wanted: { storeId: string; id: string }[]) => [
    wanted.map((one) => one.storeId),
    wanted.map((one) => one.id),
  ];
  const places = await database.query<{ storeId: string; placeId: string; names: Names; kind: PlaceKind }>(
    'select store_id as "storeId", place_id as "placeId", names, kind from place where store_id = any ($1)',
    [storeIds],
  );
  const deliveries = await database.query<{ storeId: string; row: DeliveryRow }>(
    `select d.store_id as "storeId", d.row from unnest($1::text[], $2::text[]) k(store_id, delivery_id)
       join delivery d using (store_id, delivery_id)`,
    keys(deliveryIds),
  );
  const members = await database.query<{ storeId: string; memberId: string; name: string }>(
    `select m.store_id as "storeId", m.member_id as "memberId", m.name
       from unnest($1::text[], $2::text[]) k(store_id, member_id) join member m using (store_id, member_id)
      where not m.deleted`,
    keys(memberIds),
  );
  const countIds = moments.flatMap(({ entry, detail }) =>
    detail.countId === null ? [] : [{ storeId: entry.storeId, id: detail.countId }],
  );
  const counts = await database.query<{ storeId: string; countId: string; name: string }>(
    `select c.store_id as "storeId", c.count_id as "countId", c."row" ->> 'name' as name
       from (select distinct * from unnest($1::text[], $2::text[]) k(store_id, count_id)) k
       join stock_count c using (store_id, count_id)`,
    keys(countIds),
  );
  return {
    counts: new Map(counts.rows.map(({ storeId, countId, name }) => [`${storeId}|${countId}`, name])),
    places: new Map(places.rows.map(({ storeId, placeId, names, kind }) => [`${storeId}|${placeId}`, { names, kind }])),
    deliveries: new Map(deliveries.rows.map(({ storeId, row }) => [`${storeId}|${row.deliveryId}`, row])),
    members: new Map(members.rows.map(({ storeId, memberId, name }) => [`${storeId}|${memberId}`, name])),
  };
}

function shownStep(moment: Moment, stores: readonly ChainStore[], around: Surroundings): LifeStep {
  const { entry, detail, lineNumber, step, seenAt } = moment;
  const { storeId } = entry;
  const placeId = step?.placeId ?? seenAt;
  const place = around.places.get(`${storeId}|${placeId}`);
  // What an approval tells was so when it was counted, and a batch of scans is of the minutes before it.
  const atMs = entry.atMs - (entry.orderedAtMs - moment.orderedAtMs);
  const delivery = around.deliveries.get(`${storeId}|${detail.deliveryId}`);
  const source = delivery?.source;
  const sender = source?.type === 'transfer' ? { storeId: source.storeId, storeName: source.name } : null;
  const otherStore = detail.otherStore ?? sender;
  const memberId = detail.sale?.memberId ?? null;
  const memberName = around.members.get(`${storeId}|${memberId}`);
  const { reason, photo, adjustment } = stepNoteOf(entry.fact, lineNumber);
  const isReprint = entry.fact.kind === 'labels-printed' && entry.fact.body.reprintOf !== null;
  return {
    storeId,
    storeName: nameOf(stores, storeId),
    type: step?.type ?? (seenAt !== null ? 'counted' : isReprint ? 'label-reprinted' : 'label-printed'),
    entryId: entry.entryId,
    kind: entry.fact.kind,
    lineNumber,
    atMs,
    recordedAtMs: entry.recordedAtMs,
    timeZoneOffset: timeZoneOffset(stores.find((store) => store.storeId === storeId)?.timeZone ?? 'UTC', atMs),
    tillNumber: entry.tillNumber,
    tillName: entry.tillName,
    operatorId: entry.operatorId,
    operatorName: entry.operatorName,
    placeId,
    placeNames: place?.names ?? null,
    placeKind: place?.kind ?? null,
    after: step?.after ?? null,
    contradiction: step?.contradiction ?? null,
    batch: step?.batch ?? null,
    expiresOn: step?.expiresOn ?? null,
    sscc: detail.sscc,
    delivery: delivery
      ? { deliveryId: delivery.deliveryId, reference: delivery.reference, sourceName: delivery.source.name }
      : null,
    otherStore: otherStore && { ...otherStore, storeName: nameOf(stores, otherStore.storeId) || otherStore.storeName },
    ...{ adjustment, reason, hasPhoto: photo !== null },
    countName: around.counts.get(`${storeId}|${detail.countId}`) || null,
    sale: detail.sale && {
      totalMinor: detail.sale.totalMinor,
      currency: detail.sale.currency,
      hasMember: memberId !== null,
      member: memberId !== null && memberName !== undefined ? { memberId, name: memberName } : null,
    },
  };
}
