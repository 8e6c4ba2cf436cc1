import type { TextRasterizer } from '#printing/text/text-rasterizer.ts';
import { maxJobLabels } from '#schemas/api/printing.ts';
import type { LabelSheet } from '#schemas/label/label.ts';
import { ok } from '#schemas/result.ts';
import { labelFaults } from './canvas-labels.ts';
import type { LabelPart, LabelPrinter } from './label-printer.ts';

export type LabelSheetOptions = {
  sheet: () => LabelSheet;
  /** Labels of the first page that are used already. */
  usedCells: () => number;
  /** So many more cells are used now. */
  onUsed: (labels: number) => void;
  text: () => Promise<TextRasterizer>;
  save: (name: string, bytes: Uint8Array<ArrayBuffer>) => void;
};

/** Labels as a PDF for an office printer: the device keeps or opens the file. */
export function labelSheetPrinter({ sheet, usedCells, onUsed, text, save }: LabelSheetOptions): LabelPrinter {
  return {
    partLabels: maxJobLabels,
    async faults(labels, format) {
      const { sheetFormat } = await import('#printing/label/sheet.ts');
      return labelFaults(await text(), labels, sheetFormat(format));
    },
    async print({ title, labels, format }: LabelPart) {
      const [{ labelSheetPdf }, drawn] = await Promise.all([import('#printing/label/sheet.ts'), text()]);
      const bytes = labelSheetPdf(labels, format, sheet(), drawn, usedCells());
      save(fileName(title), new Uint8Array(bytes));
      onUsed(labels.length);
      return ok(null);
    },
  };
}

/** File systems refuse some characters; a title may be nothing but those. */
function fileName(title: string): string {
  const name = title.replaceAll(/[^\p{L}\p{N} ._-]/gu, ' ').trim();
  return `${name || 'labels'}.pdf`;
}

/** Hands a file to the browser's downloads. */
export function savePdf(page: Window & typeof globalThis, name: string, bytes: Uint8Array<ArrayBuffer>): void {
  const url = page.URL.createObjectURL(new Blob([bytes], { type: 'application/pdf' }));
  const link = page.document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  page.setTimeout(() => page.URL.revokeObjectURL(url), 60_000);
}
