import type { LabelAtFault } from '#printing/label/problems.ts';
import type { LabelProblemView } from '#schemas/api/printing.ts';
import type { Label, LabelFormat } from '#schemas/label/label.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import { labelFaults, textOf } from './canvas-labels.ts';

/** Labels that are handed over together, with what the whole job is. */
export type LabelPart = {
  jobId: string;
  title: string;
  format: LabelFormat;
  labels: readonly Label[];
  /** The job whose labels these are once more. */
  reprintOf: string | null;
};

/** While a part is being printed. */
export type PrintWatch = {
  /** So many labels of the part are with the printer. */
  onHanded: (labels: number) => void;
  /** A person wants to stop before the next label. */
  isStopped: () => boolean;
};

/**
 * - `stopped`: by the person, after `handed` labels of the part.
 * - `unknown`: the printer went away; up to `atMost` labels of the part came out. Nothing is printed again by itself.
 * - the others: nothing of the part was printed. `not-drawn`: a label of this size cannot hold what is to stand on it;
 *   `at-fault`: the queue cannot print these labels of the part; `usb-none`: no printer is connected; `usb-busy`: a driver of the system has it; `printer-gone`: the server has it no more.
 */
export type PrintFailure =
  | { code: 'stopped'; handed: number }
  | { code: 'unknown'; atMost: number }
  | { code: 'at-fault'; problems: readonly LabelProblemView[] }
  | { code: 'not-drawn' | 'no-printer' | 'usb-none' | 'usb-busy' | 'usb-unsupported' | 'offline' | 'printer-gone' };

/** Something that prints labels: the browser's own dialog, a printer on a cable or behind the server, a file. */
export type LabelPrinter = {
  /** Handed over at a time; between two parts a person can pause. */
  readonly partLabels: number;
  /** A queue that takes the same `jobId` once, however often it is handed over; its jobs can be asked for. */
  readonly isQueue?: boolean;
  /** Which labels cannot be printed, and why. Absent: it finds out while it prints. */
  faults?(labels: readonly Label[], format: LabelFormat): Promise<LabelAtFault[]>;
  /** Resolves when the labels are handed over. */
  print(part: LabelPart, watch?: PrintWatch): Promise<Result<null, PrintFailure>>;
};

/** A print dialog of a few hundred pages is still quick, and a person can stop between two. */
const partLabels = 200;
/** Some browsers take the pages a moment after they say that printing is over. */
const graceMs = 1_000;

/** On paper alone. */
const container = '.label-document';

/** Prints through the browser's dialog: one label a page, each page as large as the label. */
export function browserLabelPrinter(page: Window & typeof globalThis): LabelPrinter {
  return {
    partLabels,
    async faults(labels, format) {
      return labelFaults(await textOf(page), labels, format);
    },
    async print({ labels, format }) {
      const drawn = await drawnLabels(page, labels, format);
      if (drawn === null) return fail({ code: 'not-drawn' });
      const document = page.document.createElement('div');
      document.className = container.slice(1);
      document.dataset.testid = 'label-document';
      document.append(...drawn.pages);
      // No style may stand in a page; one that a script makes may.
      const style = new page.CSSStyleSheet();
      style.replaceSync(drawn.style);
      page.document.adoptedStyleSheets.push(style);
      page.document.body.append(document);
      const printed = new Promise((resolve) => page.addEventListener('afterprint', resolve, { once: true }));
      page.print();
      await printed;
      page.setTimeout(() => {
        document.remove();
        for (const url of drawn.urls) page.URL.revokeObjectURL(url);
        page.document.adoptedStyleSheets = page.document.adoptedStyleSheets.filter((one) => one !== style);
      }, graceMs);
      return ok(null);
    },
  };
}

type DrawnLabels = { pages: HTMLElement[]; urls: string[]; style: string };

/** The labels as they come out of a label printer, dot for dot; null: one of them cannot be drawn. */
async function drawnLabels(
  page: Window & typeof globalThis,
  labels: readonly Label[],
  format: LabelFormat,
): Promise<DrawnLabels | null> {
  // Barcodes and fonts: of no use until somebody prints.
  const [{ drawLabel }, text, { pngOf }, { labelPageStyle }] = await Promise.all([
    import('#printing/label/draw.ts'),
    textOf(page),
    import('#printing/bitmap/png.ts'),
    import('#printing/label/print-page.ts'),
  ]);
  const drawn: DrawnLabels = { pages: [], urls: [], style: '' };
  for (const label of labels) {
    const bitmap = drawLabel(label, format, text);
    if (!bitmap.ok) return null;
    drawn.style ||= labelPageStyle(format, container, bitmap.value);
    const picture = page.document.createElement('img');
    picture.alt = label.serial ?? label.gtin14;
    picture.src = page.URL.createObjectURL(new Blob([new Uint8Array(pngOf(bitmap.value))], { type: 'image/png' }));
    await picture.decode();
    const sheet = page.document.createElement('div');
    sheet.append(picture);
    drawn.pages.push(sheet);
    drawn.urls.push(picture.src);
  }
  return drawn;
}
