import { assert } from '#schemas/assert.ts';
import type { Label, LabelFormat } from '#schemas/label/label.ts';
import { fail, ok, type Result } from '#schemas/result.ts';

/** Labels that are handed over together, with what the whole job is. */
export type LabelPart = {
  jobId: string;
  title: string;
  format: LabelFormat;
  labels: readonly Label[];
  /** The job whose labels these are once more. */
  reprintOf: string | null;
};

/** Something that prints labels: the browser's own dialog, or a label printer behind the server. */
export type LabelPrinter = {
  /** Handed over at a time; between two parts a person can pause. */
  readonly partLabels: number;
  /** Resolves when the labels are handed over. `not-drawn`: a label of this size cannot hold what is to stand on it. */
  print(part: LabelPart): Promise<Result<null, { code: 'not-drawn' | 'no-printer' }>>;
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
  const [{ drawLabel }, { canvasText }, { pngOf }, { labelPageStyle }] = await Promise.all([
    import('#printing/label/draw.ts'),
    import('#printing/text/canvas.ts'),
    import('#printing/bitmap/png.ts'),
    import('#printing/label/print-page.ts'),
  ]);
  const text = canvasText((width, height) => {
    const context = new page.OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    assert(context !== null, 'a browser that has canvases draws on them');
    return context;
  });
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
