// How many item labels a second the server draws and puts into a printer's language: a job with one name and many serials.
import { labelBytes } from '#printing/label/stream.ts';
import { resvgText } from '#printing/text/resvg.ts';
import { digitalLinkOf } from '#schemas/item-code/digital-link.ts';
import { newSerial } from '#schemas/item-code/serial.ts';
import {
  defaultLabelFormat,
  type Label,
  type LabelFormat,
  labelDpis,
  labelSymbols,
  printerLanguages,
} from '#schemas/label/label.ts';

export interface LabelRow {
  /** Resolution, code and printer language. */
  readonly kind: string;
  readonly labelsPerSecond: number;
  readonly bytesPerLabel: number;
}

/** Each kind of label `count` times. */
export function benchLabels(count = 500): LabelRow[] {
  const formats = labelDpis.flatMap((dpi) => labelSymbols.map((symbol) => ({ ...defaultLabelFormat, dpi, symbol })));
  return formats.flatMap((format) =>
    printerLanguages.map((language) => {
      const text = resvgText();
      const labels = Array.from({ length: count }, (_, index) => labelOf(index));
      // The fonts are read once, with the first label.
      for (const label of labels.slice(0, 5)) labelBytes(label, format, language, text);
      const startedMs = performance.now();
      let bytes = 0;
      for (const label of labels) bytes += labelBytes(label, format, language, text).length;
      const seconds = (performance.now() - startedMs) / 1_000;
      return {
        kind: `${kindOf(format)}, ${language.toUpperCase()}`,
        labelsPerSecond: Math.round(count / seconds),
        bytesPerLabel: Math.round(bytes / count),
      };
    }),
  );
}

function kindOf({ widthMm, heightMm, dpi, symbol }: LabelFormat): string {
  return `${widthMm}×${heightMm} mm, ${dpi} dpi, ${symbol === 'qr' ? 'QR' : 'DataMatrix'}`;
}

function labelOf(index: number): Label {
  const gtin14 = '09506000134352';
  const serial = newSerial(Uint8Array.from({ length: 8 }, (_, at) => (index * 31 + at * 57) % 256));
  return {
    gtin14,
    serial,
    skuId: 'tea-250',
    name: '明前特级西湖龙井茶（礼盒装）',
    variant: '250克 罐装',
    priceText: '¥1,288.00',
    batch: 'L-2207',
    expiresOn: '2027-03-31',
    digitalLink: digitalLinkOf('https://shop.example.com', gtin14, serial),
  };
}
