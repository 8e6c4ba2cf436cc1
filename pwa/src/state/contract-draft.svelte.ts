import { minorDigits } from '#schemas/money/money.ts';
import { type ContractTerms, contractTermsSchema, type PriceAgreement } from '#schemas/procurement/contract.ts';
import { typedAmount } from './typed-amount.ts';

/** A price as it is typed: of one SKU, from so many pieces on. Those of one SKU and time are one agreement. */
export type PriceRow = { skuId: string; fromQuantity: string; cost: string; validFrom: string; validUntil: string };

/** Terms that are being written. */
export class ContractDraft {
  readonly currency: string;
  readonly fields = $state({
    ...{ validFrom: '', text: '', leadDays: '', minimum: '', returnDays: '', paymentDays: '', prepayment: '0' },
    deposit: '',
  });
  readonly rows: PriceRow[] = $state([]);

  /** Begins with what holds, from a new day on. */
  constructor(terms: ContractTerms | null, { currency, today }: { currency: string; today: string }) {
    this.currency = terms?.currency ?? currency;
    this.fields.validFrom = today;
    if (terms === null) return;
    const { text, leadDays, minimumMinor, returnDays, paymentDays, prepaymentPercent, depositMinor, prices } = terms;
    const typed = (number: number | null) => (number === null ? '' : String(number));
    Object.assign(this.fields, {
      ...{ text, leadDays: typed(leadDays), returnDays: typed(returnDays), paymentDays: typed(paymentDays) },
      ...{ prepayment: String(prepaymentPercent), minimum: minimumMinor === null ? '' : this.#typed(minimumMinor) },
      deposit: depositMinor === null ? '' : this.#typed(depositMinor),
    });
    for (const { skuId, validFrom, validUntil, breaks } of prices) {
      for (const { fromQuantity, unitCostMinor } of breaks) {
        const cost = this.#typed(unitCostMinor);
        this.rows.push({ skuId, fromQuantity: String(fromQuantity), cost, validFrom, validUntil: validUntil ?? '' });
      }
    }
  }

  /** One more price; of the goods and time of the one before. */
  add(): void {
    const { skuId = '', validFrom = this.fields.validFrom, validUntil = '' } = this.rows.at(-1) ?? {};
    this.rows.push({ skuId, fromQuantity: this.rows.length === 0 ? '1' : '', cost: '', validFrom, validUntil });
  }

  remove(row: PriceRow): void {
    this.rows.splice(this.rows.indexOf(row), 1);
  }

  isWrong(row: PriceRow): boolean {
    return (
      row.skuId.trim() === '' ||
      !wholeOf(row.fromQuantity) ||
      this.#minorOf(row.cost) === null ||
      !/^\d{4}-\d\d-\d\d$/.test(row.validFrom)
    );
  }

  /** Null while something of it cannot be. */
  get terms(): ContractTerms | null {
    if (this.rows.some((row) => this.isWrong(row))) return null;
    const { validFrom, text, leadDays, minimum, returnDays, paymentDays, prepayment, deposit } = this.fields;
    const orNull = (typed: string) => (typed.trim() === '' ? null : (wholeOf(typed) ?? Number.NaN));
    const amount = (typed: string) => (typed.trim() === '' ? null : (this.#minorOf(typed) ?? Number.NaN));
    const read = contractTermsSchema.safeParse({
      ...{ validFrom, currency: this.currency, text: text.trim(), leadDays: orNull(leadDays) },
      minimumMinor: amount(minimum),
      depositMinor: amount(deposit),
      ...{
        returnDays: orNull(returnDays),
        paymentDays: orNull(paymentDays),
        prepaymentPercent: wholeOf(prepayment) ?? Number.NaN,
      },
      prices: this.#prices(),
    });
    return read.success ? read.data : null;
  }

  #prices(): PriceAgreement[] {
    const groups = Map.groupBy(
      this.rows,
      ({ skuId, validFrom, validUntil }) => `${skuId.trim()} ${validFrom} ${validUntil}`,
    );
    return [...groups.values()].flatMap((rows) => {
      const [first] = rows;
      if (!first) return [];
      const breaks = rows.map(({ fromQuantity, cost }) => ({
        fromQuantity: wholeOf(fromQuantity) ?? 0,
        unitCostMinor: this.#minorOf(cost) ?? 0,
      }));
      const { validFrom, validUntil } = first;
      return [
        {
          ...{ skuId: first.skuId.trim(), validFrom, validUntil: validUntil || null },
          breaks: breaks.toSorted((a, b) => a.fromQuantity - b.fromQuantity),
        },
      ];
    });
  }

  #minorOf(typed: string): number | null {
    const minor = typedAmount(typed, this.currency);
    return minor !== null && minor >= 0 ? minor : null;
  }

  #typed(minor: number): string {
    const digits = minorDigits(this.currency);
    return (minor / 10 ** digits).toFixed(digits);
  }
}

function wholeOf(typed: string): number | null {
  return /^\s*\d{1,7}\s*$/.test(typed) ? Number(typed) : null;
}
