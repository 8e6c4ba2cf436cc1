import { isPosted } from '#schemas/sync/posted.ts';
import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { effectsOf } from '#schemas/journal/effects.ts';
import { type Entry, entryId } from '#schemas/journal/envelope.ts';
import { factOf } from '#schemas/journal/kinds.ts';
import { onHand, type StockRow, stockKey } from '#schemas/stock/stock-row.ts';
import { moveUnit, standingOf, type UnitStanding, unitKey } from '#schemas/stock/unit.ts';
import { deltaSchema } from '#schemas/sync/feed.ts';
import { FakeServer } from './fake-server.ts';
import { PendingEffects } from './pending-effects.ts';
import { RowsStore } from './rows-store.ts';

const places = ['floor', 'back'];
const skuIds = ['A', 'B'];
const gtins: Record<string, string> = { A: '02000000000015', B: '02000000000022' };
const serials = ['s1', 's2'];

type Line = { skuId: string; placeId: string; serial: string | null; quantity: 1 | -1 };
type Step =
  | { type: 'commit'; lines: Line[] }
  | { type: 'post'; nth: number }
  | { type: 'delta' }
  | { type: 'cut' }
  | { type: 'adopt' }
  | { type: 'restart' };

const line = fc.record({
  skuId: fc.constantFrom(...skuIds),
  placeId: fc.constantFrom(...places),
  serial: fc.option(fc.constantFrom(...serials)),
  quantity: fc.constantFrom(1 as const, -1 as const),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('commit' as const),
      lines: fc.array(line, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('post' as const), nth: fc.nat(5) }) },
  { weight: 3, arbitrary: fc.constant({ type: 'delta' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'cut' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'adopt' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'restart' as const }) },
);

function entryOf(storeId: string, sequence: number, lines: readonly Line[]): Entry {
  const items = lines.map(({ skuId, placeId, serial, quantity }, index) => ({
    lineNumber: index + 1,
    skuId,
    gtin14: serial === null ? null : (gtins[skuId] ?? ''),
    serial,
    name: skuId,
    quantity,
    unitPriceMinor: 0,
    taxClass: 'standard',
    taxRateBasisPoints: 0,
    netMinor: 0,
    taxMinor: 0,
    totalMinor: 0,
    placeId,
  }));
  const body = {
    transactionId: `00000000-0000-4000-8000-${String(sequence).padStart(12, '0')}`,
    businessDay: '2026-11-22',
    openedAtMs: 0,
    currency: 'GBP',
    pricesIncludeTax: true,
    lines: items,
    netMinor: 0,
    taxMinor: 0,
    roundingMinor: 0,
    totalMinor: 0,
    tenders: [],
    changeMinor: 0,
    memberId: null,
  };
  return {
    _id: entryId(1, sequence),
    version: 1,
    kind: 'retail-transaction',
    storeId,
    tillNumber: 1,
    sequence,
    previousHash: '0'.repeat(64),
    deviceAtMs: sequence,
    clockOffsetMs: 0,
    orderedAtMs: sequence,
    operatorId: 'anna',
    body,
    hash: '0'.repeat(64),
    signature: 'A'.repeat(86),
  };
}

/** What all entries together make of an empty shop, counted by hand. */
class Ideal {
  readonly stock = new Map<string, number>();
  readonly units = new Map<string, UnitStanding>();

  add(entry: Entry): void {
    const fact = factOf(entry);
    if (!fact.ok) throw new Error(fact.error.detail);
    const count = (placeId: string, skuId: string, change: number) => {
      const key = stockKey(placeId, skuId);
      this.stock.set(key, (this.stock.get(key) ?? 0) + change);
    };
    for (const effect of effectsOf(fact.value)) {
      if (effect.type === 'stock') {
        count(effect.placeId, effect.skuId, effect.column === 'sold' ? -effect.quantity : effect.quantity);
        continue;
      }
      if (effect.type !== 'unit') continue;
      const key = unitKey(effect.gtin14, effect.serial);
      const before = this.units.get(key) ?? null;
      const move = moveUnit(before, { ...effect, type: effect.step });
      this.units.set(key, move.standing);
      for (const part of move.stock)
        count(part.placeId, effect.skuId, part.column === 'sold' ? -part.quantity : part.quantity);
    }
  }
}

let runs = 0;

/** A till without a journal's database or a network: rows, pending effects, a server that posts when told to. */
class World {
  readonly storeId = `property-${++runs}`;
  readonly server = new FakeServer(this.storeId);
  readonly entries: Entry[] = [];
  readonly ideal = new Ideal();
  #rows: RowsStore | null = null;
  #pending: PendingEffects | null = null;

  get rows(): RowsStore {
    if (this.#rows === null) throw new Error('not open');
    return this.#rows;
  }

  get pending(): PendingEffects {
    if (this.#pending === null) throw new Error('not open');
    return this.#pending;
  }

  async open(): Promise<void> {
    this.#rows?.close();
    this.#rows = await RowsStore.open(this.storeId, {}, 300);
    this.#pending = new PendingEffects(this.rows);
    this.pending.replace(this.entries.filter((entry) => entry.sequence > this.rows.posted.through));
  }

  async #ask(cursor: { chain: number; store: number }) {
    const query = new URLSearchParams({ chain: `${cursor.chain}`, store: `${cursor.store}`, waitMs: '0' });
    const response = await this.server.fetch(`http://server/feed/${this.storeId}/delta?${query}`);
    return deltaSchema.parse(await response.json());
  }

  async adopt(): Promise<void> {
    const manifest = this.server.manifest();
    const refs = this.rows.missing(Object.values(manifest.tables).flat());
    const delta = await this.#ask(manifest.cursor);
    await this.rows.storePages(refs.map(({ hash }) => ({ hash, bytes: this.server.pages.get(hash) as ArrayBuffer })));
    await this.rows.adopt(manifest, delta, { clockOffsetMs: 0, contactAtMs: 0 });
    await this.rows.dropUnreferenced();
  }

  async take(step: Step): Promise<void> {
    switch (step.type) {
      case 'commit': {
        const entry = entryOf(this.storeId, this.entries.length + 1, step.lines);
        this.entries.push(entry);
        this.ideal.add(entry);
        this.pending.add(entry);
        return;
      }
      case 'post': {
        // Units depend on the order of their steps, so entries are posted in order; the last may overtake one.
        const unposted = this.entries.filter((entry) => !isPosted(this.server.posted(1), entry.sequence));
        for (const entry of unposted.slice(0, step.nth)) this.server.post(entry);
        return;
      }
      case 'delta':
        await this.rows.applyDelta(await this.#ask(this.rows.cursor as { chain: number; store: number }), {
          clockOffsetMs: 0,
          contactAtMs: 0,
        });
        this.pending.prune();
        return;
      case 'cut':
        this.server.cut();
        return;
      case 'adopt':
        return this.adopt();
      case 'restart':
        return this.open();
    }
  }

  async assertIdeal(): Promise<void> {
    for (const placeId of places) {
      for (const skuId of skuIds) {
        const key = stockKey(placeId, skuId);
        const row = await this.pending.stock(key);
        expect([key, row === null ? 0 : onHand(row as StockRow)]).toEqual([key, this.ideal.stock.get(key) ?? 0]);
      }
    }
    for (const skuId of skuIds) {
      for (const serial of serials) {
        const key = unitKey(gtins[skuId] ?? '', serial);
        const unit = await this.pending.unit(key);
        const shown = unit === null ? undefined : standingOf(unit);
        expect([key, shown]).toEqual([key, this.ideal.units.get(key)]);
      }
    }
  }
}

describe('[F2] base rows + pending effects', () => {
  test('are the rows of all entries at every moment, when nobody else wrote', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const world = new World();
        await world.open();
        await world.adopt();
        try {
          for (const next of steps) {
            await world.take(next);
            await world.assertIdeal();
          }
        } finally {
          world.rows.close();
        }
      }),
      { numRuns: 60 },
    );
  });

  test('are right while an answer is being stored: a read before, during and after shows the same', async () => {
    const world = new World();
    await world.open();
    await world.adopt();
    for (let at = 0; at < 8; at++) {
      await world.take({ type: 'commit', lines: [{ skuId: 'A', placeId: 'floor', serial: null, quantity: 1 }] });
      await world.take({ type: 'post', nth: 5 });
      const storing = world.take({ type: 'delta' });
      const shown = new Set<number>();
      let isStored = false;
      void storing.then(() => {
        isStored = true;
      });
      while (!isStored) {
        const row = await world.pending.stock(stockKey('floor', 'A'));
        shown.add(row === null ? 0 : onHand(row));
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(shown).toEqual(new Set([-(at + 1)]));
    }
    world.rows.close();
  });

  test('a failed transaction changes neither rows nor the posted number', async () => {
    const world = new World();
    await world.open();
    await world.adopt();
    await world.take({ type: 'commit', lines: [{ skuId: 'A', placeId: 'floor', serial: 's1', quantity: -1 }] });
    await world.take({ type: 'post', nth: 1 });
    const put = IDBObjectStore.prototype.put;
    for (const failing of ['delta', 'meta']) {
      IDBObjectStore.prototype.put = function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
        if (this.name === failing) throw new DOMException('no room', 'QuotaExceededError');
        return put.call(this, value, key);
      };
      await expect(world.take({ type: 'delta' })).rejects.toThrow();
      IDBObjectStore.prototype.put = put;
      expect(world.pending.waiting).toBe(1);
      await world.assertIdeal();
      await world.open();
      expect(world.pending.waiting).toBe(1);
      await world.assertIdeal();
    }
    await world.take({ type: 'delta' });
    expect(world.pending.waiting).toBe(0);
    await world.assertIdeal();
    world.rows.close();
  });
});

test('many look-ups at once load each row that pending entries touch once, and not once each', async () => {
  const gtin14 = '02000000000015';
  const serial = (at: number) => `T${at}`;
  const line = {
    ...{ skuId: 'A', gtin14, quantity: 1_000, placeId: 'back', sscc: null, batch: null, expiresOn: null },
  };
  const good = { ...line, condition: 'good', reason: '', photo: null };
  const serials = Array.from({ length: 1_000 }, (_, at) => serial(at));
  const body = {
    deliveryId: null,
    isTransfer: false,
    reference: '',
    lines: [{ ...good, serials }],
    unknown: [],
    approvals: [],
  };
  const loaded = new Set<string>();
  let loads = 0;
  const rows = {
    ...{ posted: { through: 0, beyond: [] }, generation: 1, position: {}, changedRows: () => new Map() },
    peek: (table: string, key: string) => (loaded.has(`${table} ${key}`) ? null : undefined),
    loadFor: async (table: string, key: string) => {
      loads += 1;
      await Promise.resolve();
      loaded.add(`${table} ${key}`);
    },
  };
  const pending = new PendingEffects(rows as unknown as RowsStore);
  pending.add({ ...entryOf('many', 1, []), kind: 'goods-received', version: 2, body });
  const units = await Promise.all(serials.slice(0, 200).map((one) => pending.unit(unitKey(gtin14, one))));
  expect(new Set(units.map((unit) => unit?.state))).toEqual(new Set(['in-stock']));
  // A thousand units and their stock, asked for by no more than their own number of readers.
  expect(loads).toBeLessThanOrEqual(1_001);
});
