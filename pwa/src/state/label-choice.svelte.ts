import { defaultLabelFormat, type LabelFormat, labelFormatSchema } from '#schemas/label/label.ts';
import type { LocaleCode } from '#schemas/text.ts';
import type { LabelPrinter } from '../devices/label-printer.ts';

const storageKey = 'onecode-label-format';

/** What labels are printed on here, and by what. */
export class LabelChoice {
  readonly #storage: Storage;
  readonly #locale: () => LocaleCode;
  readonly printer: LabelPrinter;
  #chosen = $state.raw<LabelFormat>(defaultLabelFormat);

  constructor(options: { storage: Storage; locale: () => LocaleCode; labelPrinter: LabelPrinter }) {
    this.#storage = options.storage;
    this.#locale = options.locale;
    this.printer = options.labelPrinter;
    this.#chosen = readFormat(this.#storage.getItem(storageKey)) ?? defaultLabelFormat;
  }

  /** Words on the label are in the screen's language. */
  get format(): LabelFormat {
    return { ...this.#chosen, locale: this.#locale() };
  }

  set(changes: Partial<LabelFormat>): void {
    this.#chosen = { ...this.#chosen, ...changes };
    this.#storage.setItem(storageKey, JSON.stringify(this.#chosen));
  }
}

function readFormat(text: string | null): LabelFormat | null {
  if (text === null) return null;
  try {
    return labelFormatSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    console.warn('the chosen label cannot be read', error);
    return null;
  }
}
