import type { Paper } from '#printing/a4/paper.ts';
import type { CartonLabel } from '#printing/label/carton-label.ts';
import { defaultLabelFormat, type Label, type LabelSheet } from '#schemas/label/label.ts';
import type { LocaleCode } from '#schemas/text.ts';
import { labelFaults, textOf } from './canvas-labels.ts';
import { savePdf } from './label-sheet-printer.ts';

type ThisPage = Window & typeof globalThis;

/** Files that a page makes itself, for any printer: handed to the browser's downloads. */
export class PagePapers {
  readonly #page: ThisPage;

  constructor(page: ThisPage) {
    this.#page = page;
  }

  async paper(name: string, paper: Paper, locale: LocaleCode): Promise<void> {
    const [{ paperPdf }, text] = await Promise.all([import('#printing/a4/paper.ts'), textOf(this.#page)]);
    this.#save(name, paperPdf(paper, text, locale));
  }

  async cartonLabels(name: string, labels: readonly CartonLabel[], locale: LocaleCode): Promise<void> {
    const [{ cartonLabelsPdf }, text] = await Promise.all([
      import('#printing/label/carton-label.ts'),
      textOf(this.#page),
    ]);
    this.#save(name, cartonLabelsPdf(labels, text, locale));
  }

  /** Answers how many cannot be printed; nothing is, then. */
  async itemLabels(name: string, labels: readonly Label[], sheet: LabelSheet, locale: LocaleCode): Promise<number> {
    const [{ labelSheetPdf, sheetFormat }, text] = await Promise.all([
      import('#printing/label/sheet.ts'),
      textOf(this.#page),
    ]);
    const format = { ...defaultLabelFormat, locale, showPrice: false };
    const faults = await labelFaults(text, labels, sheetFormat(format));
    if (faults.length === 0) this.#save(name, labelSheetPdf(labels, format, sheet, text));
    return faults.length;
  }

  #save(name: string, bytes: Uint8Array): void {
    savePdf(this.#page, `${name}.pdf`, new Uint8Array(bytes));
  }
}
