import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import type { Entry } from '#schemas/journal/envelope.ts';
import { type FactKind, factKinds } from '#schemas/journal/kinds.ts';
import { memberCodeBytes, memberCodeOf } from '#schemas/members/member-code.ts';
import { type Person, personSchema, sealPerson } from '#schemas/members/sealed-person.ts';
import { accountPaidMinorOf } from '#schemas/payment/account-payment.ts';
import { depositMinorOf } from '#schemas/payment/deposit.ts';
import { giftCardsMinorOf } from '#schemas/payment/gift-card.ts';
import {
  discountMinorOf,
  type LineItem,
  type RetailTransaction,
  shelfMinorOf,
} from '#schemas/transaction/retail-transaction.ts';
import type { ServerContext } from '../context.ts';
import type { TestTill } from '../journal/test-journal.ts';
import { type Attack, hostileBody } from './hostile-bodies.ts';

// For tests: bodies of entries that hold programs, add up, and are about each other.

type Json = Record<string, unknown>;

/** What other kinds name comes before them. */
const first: readonly FactKind[] = [
  'member-enrolled',
  'shift-opened',
  'units-commissioned',
  'delivery-announced',
  'transfer-sent',
  'basket-parked',
  'count-opened',
];
/** What fields call the entry of a kind. */
const namedBy: Readonly<Record<string, FactKind>> = {
  deliveryId: 'delivery-announced',
  transferId: 'transfer-sent',
  shiftId: 'shift-opened',
  saleEntryId: 'retail-transaction',
  fromEntryId: 'basket-parked',
  entryId: 'retail-transaction',
};
const gtin14 = '04006381333931';
const sscc = '000000000000000017';
/** What has to fit together. */
const fitting = { fromPlaceId: 'floor', toPlaceId: 'back', unitPriceMinor: 1_000_000, gtin14, sscc };
/** Of what is there. */
const there = {
  ...{ skuId: 'A-00001', storeId: 'store-a', toStoreId: 'store-b', supplierId: 'acme', operatorId: 'owner' },
  ...{ placeId: 'floor', serial: 'S1', batch: 'L1', taxClass: 'standard', currency: 'EUR', priceListId: 'list' },
};

export class HostileEntries {
  readonly order = [...first, ...factKinds.filter((kind) => !first.includes(kind))];
  /** What stands in the sealed parts. */
  readonly persons: { person: Person; attack: Attack }[] = [];
  readonly #context: ServerContext;
  readonly #till: TestTill;
  readonly #latest = new Map<FactKind, string>();
  /** Values of routes' parameters, by the name of the parameter. */
  readonly #values = new Map<string, Set<string>>();

  constructor(context: ServerContext, till: TestTill) {
    this.#context = context;
    this.#till = till;
  }

  /** A body with a program in each of its text fields, that its kind takes. */
  async bodyOf(kind: FactKind, schema: z.ZodType, attack: Attack): Promise<Json> {
    const names = Object.entries(namedBy).flatMap(([name, of]) => {
      const id = this.#latest.get(of);
      return id === undefined ? [] : [[name, id] as const];
    });
    // Who is erased is nobody any more.
    const isEnd = kind === 'member-left' || kind === 'member-erased';
    const memberId = `${isEnd ? 'leaver' : 'member'}-${attack.number}`;
    const known = { ...fitting, ...Object.fromEntries(names), ...(!attack.inKeys && { ...there, memberId }) };
    const made = hostileBody(schema, attack, known) as Json;
    if ('person' in made) made.person = await this.#sealed(String(made.memberId), attack);
    return madeToFit(kind, made, attack);
  }

  learn(kind: FactKind, { _id, body }: Entry): void {
    this.#latest.set(kind, _id);
    const values: Json = {
      entry: _id,
      entryId: _id,
      member: body.memberId,
      person: body.memberId,
      count: body.countId,
    };
    if (kind === 'retail-transaction') Object.assign(values, { entry: _id, entryId: _id });
    if (kind === 'delivery-announced') values.delivery = _id;
    if (kind === 'transfer-sent') values.transfer = _id;
    if (kind === 'shift-opened') values.shift = _id;
    const [line] = Array.isArray(body.lines) ? (body.lines as Json[]) : [];
    const serials = Array.isArray(line?.serials) ? line.serials : [line?.serial];
    Object.assign(values, { sku: line?.skuId, serial: serials[0] });
    for (const [name, value] of Object.entries(values)) {
      if (typeof value === 'string') this.#values.set(name, (this.#values.get(name) ?? new Set()).add(value));
    }
  }

  /** The addresses of a route about what was posted. */
  pathsOf(route: string): string[] {
    const fixed: Record<string, string> = { store: 'store-a', supplier: 'acme', line: '1', gtin14, sscc };
    const parameters = [...route.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
    const all = parameters.map((name) =>
      fixed[name] === undefined ? [...(this.#values.get(name) ?? ['x'])] : [fixed[name]],
    );
    const longest = Math.max(1, ...all.map((values) => values.length));
    return Array.from({ length: longest }, (_, row) =>
      parameters.reduce(
        (path, name, at) => path.replace(`:${name}`, encodeURIComponent(all[at]?.[row % all[at].length] ?? 'x')),
        route,
      ),
    );
  }

  async #sealed(memberId: string, attack: Attack) {
    const { storeId, tillNumber } = this.#till;
    const key = { keyId: crypto.randomUUID(), key: randomBytes(32).toString('base64url') };
    await this.#context.database.pool.query(
      `insert into personal_key (merchant_id, key_id, key, store_id, till_number, made_at_ms)
       values ('chain', $1, $2, $3, $4, 0)`,
      [key.keyId, key.key, storeId, tillNumber],
    );
    const phone = `+4420794601${String(attack.number).padStart(2, '0')}`;
    const person = personSchema.parse(hostileBody(personSchema, attack, { phone, birthday: '--02-29' }));
    this.persons.push({ person, attack });
    return sealPerson(key, Uint8Array.from(randomBytes(12)), memberId, person);
  }
}

function madeToFit(kind: FactKind, body: Json, { number, inKeys = false }: Attack): Json {
  switch (kind) {
    case 'retail-transaction':
      return addedUp(body as RetailTransaction & Json);
    case 'cash-moved':
      return { ...body, reason: 'other' };
    case 'shift-closed':
      return { ...body, report: withoutNumbers(body.report) };
    case 'member-enrolled':
      return { ...body, code: memberCodeOf(new Uint8Array(memberCodeBytes).fill(number + 1)) };
    case 'members-merged':
      // One of two that may not be the same.
      return number % 2 === 0 && inKeys ? { ...body, memberId: 'somebody' } : { ...body, otherId: `other-${number}` };
    default:
      return body;
  }
}

/** A ticket that its tender pays. */
function addedUp(body: RetailTransaction & Json): Json {
  const lines = body.lines.map((line): LineItem => {
    const amountMinor =
      shelfMinorOf({ ...line, grams: line.grams ?? null }) - discountMinorOf({ discounts: line.discounts ?? [] });
    return { ...line, netMinor: amountMinor, taxMinor: 0, totalMinor: amountMinor };
  });
  const soldMinor = lines.reduce((sum, line) => sum + line.totalMinor, 0);
  const totalMinor = soldMinor + giftCardsMinorOf(body) + depositMinorOf(body) + accountPaidMinorOf(body);
  const given = new Set(lines.flatMap((line) => (line.discounts ?? []).map(({ by }) => by)));
  const [tender] = body.tenders;
  return {
    ...body,
    ...{ lines, netMinor: soldMinor, taxMinor: 0, roundingMinor: 0, totalMinor },
    ...(body.promotions && { promotions: given.has('promotion') ? body.promotions : [] }),
    tenders: [{ ...tender, amountMinor: totalMinor + body.changeMinor }],
  };
}

/** A report of nothing adds up. */
function withoutNumbers(value: unknown): unknown {
  if (typeof value === 'number') return 0;
  if (Array.isArray(value)) return value.map(withoutNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withoutNumbers(part)]));
}
