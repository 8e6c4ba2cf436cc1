import type { z } from 'zod';
import {
  announceAnswerSchema,
  type announceSchema,
  type DeliveryDetail,
  deliveryDetailSchema,
} from '#schemas/api/deliveries.ts';
import { type ExceptionItem, exceptionListSchema } from '#schemas/api/exceptions.ts';
import { membersAnswerSchema } from '#schemas/api/members.ts';
import { type Overview, overviewSchema } from '#schemas/api/overview.ts';
import { pairingCodeAnswerSchema } from '#schemas/api/pairing-codes.ts';
import { type PrinterDraft, printJobDraftSchema } from '#schemas/api/printing.ts';
import { requestedByHeader, type Session, sessionSchema } from '#schemas/api/session.ts';
import { badgeAnswerSchema, inviteAnswerSchema, staffAnswerSchema, staffListSchema } from '#schemas/api/staff.ts';
import { stockListSchema } from '#schemas/api/stock.ts';
import { supplierChoicesSchema } from '#schemas/api/suppliers.ts';
import { type TillReport, tillListSchema } from '#schemas/api/tills.ts';
import {
  type TransactionDetail,
  type TransactionSummary,
  transactionDetailSchema,
  transactionListSchema,
} from '#schemas/api/transactions.ts';
import { type UnitItem, unitListSchema } from '#schemas/api/units.ts';
import type { BuiltInRole } from '#schemas/policy/roles.ts';
import type { ShiftRules } from '#schemas/shift/shift-rules.ts';

/** The manager's API, for what a journey needs besides its own screens: pairing codes, and the truth to compare with. */
export class Manager {
  readonly #baseUrl: string;
  readonly cookie: string;
  readonly session: Session;
  readonly #storeId: string;

  private constructor(baseUrl: string, cookie: string, session: Session, storeId: string | undefined) {
    this.#baseUrl = baseUrl;
    this.cookie = cookie;
    this.session = session;
    this.#storeId = storeId ?? session.stores[0]?.storeId ?? '';
  }

  /** `storeId` for who may work in several stores. */
  static async signIn(
    baseUrl: string,
    who: { username: string; password: string; storeId?: string },
  ): Promise<Manager> {
    const answer = await fetch(`${baseUrl}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [requestedByHeader]: '1' },
      body: JSON.stringify({ name: who.username, password: who.password }),
    });
    if (!answer.ok) throw new Error(`the manager cannot sign in: ${answer.status} ${await answer.text()}`);
    const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
    return new Manager(baseUrl, cookies.join('; '), sessionSchema.parse(await answer.json()), who.storeId);
  }

  async newPairingCode(): Promise<string> {
    return pairingCodeAnswerSchema.parse(await this.#ask('pairing-codes', 'POST')).code;
  }

  async tills(): Promise<TillReport[]> {
    return tillListSchema.parse(await this.#ask('tills')).tills;
  }

  async till(tillNumber: number): Promise<TillReport> {
    const report = (await this.tills()).find((one) => one.tillNumber === tillNumber);
    if (!report) throw new Error(`no till ${tillNumber}`);
    return report;
  }

  async revoke(tillNumber: number): Promise<void> {
    await this.#ask(`tills/${tillNumber}/revoke`, 'POST');
  }

  /** Renames, moves or wipes a till, as the page of the tills does. */
  async control(tillNumber: number, what: 'rename' | 'move' | 'wipe', body: object = {}): Promise<void> {
    await this.#ask(`tills/${tillNumber}/${what}`, 'POST', body);
  }

  async overview(): Promise<Overview> {
    return overviewSchema.parse(await this.#ask('overview'));
  }

  /** Today's of one till, latest first. Other journeys sell in the same store. */
  async transactionsOf(tillNumber: number): Promise<TransactionSummary[]> {
    const found: TransactionSummary[] = [];
    let mark: string | null = '';
    while (mark !== null) {
      const path: string = `transactions?limit=200${mark === '' ? '' : `&before=${mark}`}`;
      const { transactions, next } = transactionListSchema.parse(await this.#ask(path));
      found.push(...transactions.filter((sale) => sale.tillNumber === tillNumber));
      mark = next;
    }
    return found;
  }

  /** A sale as it was posted. */
  async transaction(entryId: string): Promise<TransactionDetail> {
    return transactionDetailSchema.parse(await this.#ask(`transactions/${entryId}`));
  }

  /** Issues a badge and answers its code. */
  async newBadge(operatorId: string): Promise<string> {
    return badgeAnswerSchema.parse(await this.#ask(`staff/${operatorId}/badge`, 'POST')).code;
  }

  /** Somebody new with one role in this store; answers their id. */
  async addPerson(name: string, pin: string | null, roleId: BuiltInRole): Promise<string> {
    const grants = [{ scopeType: 'store', scopeId: this.#storeId, roleId }];
    const person = { name, locale: null, languages: [], photo: null, workingHours: [], pin, grants };
    return staffAnswerSchema.parse(await this.#ask('staff', 'POST', person)).operatorId;
  }

  /** Invites a person to have an account; answers the link, which no mail could carry. */
  async invite(operatorId: string): Promise<string> {
    const { url } = inviteAnswerSchema.parse(await this.#ask(`staff/${operatorId}/invite`, 'POST', { email: null }));
    if (url === null) throw new Error('the invitation was mailed');
    return url;
  }

  async leaves(operatorId: string): Promise<void> {
    staffAnswerSchema.parse(await this.#ask(`staff/${operatorId}/leave`, 'POST'));
  }

  /** Takes all roles from a person. */
  async endGrants(operatorId: string): Promise<void> {
    const { people } = staffListSchema.parse(await this.#ask('staff'));
    for (const { grantId } of people.find((person) => person.operatorId === operatorId)?.grants ?? []) {
      await this.#ask(`staff/${operatorId}/grants/${grantId}/end`, 'POST');
    }
  }

  /** What entries of one till raised, latest first. */
  async exceptionsOf(tillNumber: number): Promise<ExceptionItem[]> {
    const { exceptions } = exceptionListSchema.parse(await this.#ask('exceptions'));
    return exceptions.filter((exception) => exception.tillNumber === tillNumber);
  }

  /** A unit in the store's stock, of any SKU: none that another journey has sold. */
  async unitInStock(): Promise<UnitItem> {
    const [unit] = unitListSchema.parse(await this.#ask('units?state=in-stock&limit=1')).units;
    if (!unit) throw new Error('no unit is left in stock');
    return unit;
  }

  /** Announces a delivery to the store, `from` a supplier by its name; answers its id. */
  async announce({
    from,
    ...said
  }: Omit<z.input<typeof announceSchema>, 'supplierId'> & { from: string }): Promise<string> {
    const { suppliers } = supplierChoicesSchema.parse(await this.#ask('suppliers'));
    const supplierId = suppliers.find(({ name }) => name === from)?.supplierId;
    if (supplierId === undefined) throw new Error(`${from} is not on the list of suppliers`);
    const notice: z.input<typeof announceSchema> = { supplierId, ...said };
    const { deliveryIds, problems } = announceAnswerSchema.parse(await this.#ask('deliveries', 'POST', notice));
    const [deliveryId] = deliveryIds;
    if (deliveryId === undefined) throw new Error(`the notice was not taken: ${JSON.stringify(problems)}`);
    return deliveryId;
  }

  /** Adds a label printer to the store; answers its id. */
  async addPrinter(draft: PrinterDraft): Promise<string> {
    return printJobDraftSchema.pick({ printerId: true }).parse(await this.#ask('printers', 'POST', draft)).printerId;
  }

  /** The goods-received note. */
  async deliveryNote(deliveryId: string): Promise<DeliveryDetail> {
    return deliveryDetailSchema.parse(await this.#ask(`deliveries/${deliveryId}`));
  }

  /** Pieces on hand of one SKU, over all places. */
  async onHand(skuId: string): Promise<number> {
    const { items } = stockListSchema.parse(await this.#ask(`stock?q=${encodeURIComponent(skuId)}`));
    const item = items.find((candidate) => candidate.skuId === skuId);
    if (!item) throw new Error(`no stock of ${skuId}`);
    return item.onHand;
  }

  /** What the back office reads at a path below the store's. */
  read(path: string): Promise<unknown> {
    return this.#ask(path);
  }

  /** Sets what the store has at a path below its own. */
  async put(path: string, body: object): Promise<void> {
    await this.#ask(path, 'PUT', body);
  }

  /** Does what the back office does by a path below its own. */
  async post(path: string, body: object): Promise<void> {
    await this.#ask(path, 'POST', body);
  }

  /** The member who has this phone. */
  async memberAt(phone: string): Promise<string> {
    const { members } = membersAnswerSchema.parse(await this.#ask('members/find', 'POST', { q: phone }));
    const [only] = members;
    if (only === undefined || members.length > 1) throw new Error(`${phone} is not one member's`);
    return only.memberId;
  }

  async setShiftRules(rules: ShiftRules): Promise<void> {
    await this.#ask('shifts/rules', 'POST', rules);
  }

  async #ask(path: string, method = 'GET', body: object = {}): Promise<unknown> {
    const answer = await fetch(`${this.#baseUrl}/api/stores/${this.#storeId}/${path}`, {
      method,
      headers: { cookie: this.cookie, 'content-type': 'application/json', [requestedByHeader]: '1' },
      ...(method === 'POST' || method === 'PUT' ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}
