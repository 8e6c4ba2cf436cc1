import { minorDigits } from '#schemas/money/money.ts';
import { type FairRules, fairRulesSchema } from '#schemas/procurement/fair-play.ts';
import { typedAmount } from './typed-amount.ts';

type RuleRow = { ruleId: string; title: string; text: string; most: string };

/** Rules of fair play that are being written. */
export class RulesDraft {
  readonly currency: string;
  readonly fields = $state({ answerDays: '7', appealDays: '7', orderHours: '48' });
  readonly rows: RuleRow[] = $state([]);
  /** Ids are never given twice, so that old complaints are not read as of new rules. */
  #next = 1;

  constructor(rules: FairRules | null, currency: string) {
    this.currency = rules?.currency ?? currency;
    if (rules === null) return;
    const { answerDays, appealDays, orderHours } = rules;
    Object.assign(this.fields, {
      ...{ answerDays: String(answerDays), appealDays: String(appealDays), orderHours: String(orderHours) },
    });
    const digits = minorDigits(this.currency);
    for (const { ruleId, title, text, mostMinor } of rules.rules) {
      const most = mostMinor === 0 ? '' : (mostMinor / 10 ** digits).toFixed(digits);
      this.rows.push({ ruleId, title, text, most });
      this.#next = Math.max(this.#next, Number(/^rule-(\d+)$/.exec(ruleId)?.[1] ?? 0) + 1);
    }
  }

  add(): void {
    this.rows.push({ ruleId: `rule-${this.#next}`, title: '', text: '', most: '' });
    this.#next += 1;
  }

  remove(row: RuleRow): void {
    this.rows.splice(this.rows.indexOf(row), 1);
  }

  /** Null while something of it cannot be. */
  get rules(): FairRules | null {
    const whole = (typed: string) => (/^\s*\d{1,3}\s*$/.test(typed) ? Number(typed) : Number.NaN);
    const { answerDays, appealDays, orderHours } = this.fields;
    const read = fairRulesSchema.safeParse({
      ...{ currency: this.currency, answerDays: whole(answerDays), appealDays: whole(appealDays) },
      orderHours: whole(orderHours),
      rules: this.rows.map(({ ruleId, title, text, most }) => ({
        ...{ ruleId, title: title.trim(), text: text.trim() },
        mostMinor: most.trim() === '' ? 0 : (typedAmount(most, this.currency) ?? Number.NaN),
      })),
    });
    return read.success ? read.data : null;
  }
}
