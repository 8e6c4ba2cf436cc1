import type { TextRasterizer } from '#printing/text/text-rasterizer.ts';
import type { PrinterLanguage } from '#schemas/label/label.ts';
import { fail, ok } from '#schemas/result.ts';
import { labelFaults } from './canvas-labels.ts';
import type { LabelPrinter } from './label-printer.ts';
import { UsbPrinter } from './usb-printer.ts';
import { allowedUsbPrinter, type UsbBus, UsbPrinterPort } from './usb-printer-port.ts';

/** One entry of the journal tells of so many labels; a pause or a failure ends a part sooner. */
const partLabels = 100;

export type UsbLabelPrinterOptions = {
  /** Null: this browser has no WebUSB. */
  bus: UsbBus | null;
  language: () => PrinterLanguage;
  text: () => Promise<TextRasterizer>;
};

/** A label printer on a USB cable of this device, without a driver: it gets its own language. */
export class UsbLabelPrinter extends UsbPrinter implements LabelPrinter {
  readonly partLabels = partLabels;
  readonly #options: UsbLabelPrinterOptions;

  constructor(options: UsbLabelPrinterOptions) {
    super(options.bus);
    this.#options = options;
  }

  faults: NonNullable<LabelPrinter['faults']> = async (labels, format) =>
    labelFaults(await this.#options.text(), labels, format);

  print: LabelPrinter['print'] = async ({ labels, format }, watch) => {
    const { bus, language, text } = this.#options;
    if (bus === null) return fail({ code: 'usb-unsupported' });
    const device = await allowedUsbPrinter(bus);
    if (device === null) return fail({ code: 'usb-none' });
    const [{ labelStream }, drawn] = await Promise.all([import('#printing/label/stream.ts'), text()]);
    const port = await UsbPrinterPort.open(device);
    if (!port.ok) return fail(port.error);
    try {
      for await (const { index, bytes } of labelStream(labels, format, language(), drawn)) {
        if (watch?.isStopped()) return fail({ code: 'stopped', handed: index });
        const sent = await port.value.send(bytes);
        // Labels that the printer took may still have been in its memory when it went away.
        if (!sent.ok) return fail({ code: 'unknown', atMost: index + 1 });
        watch?.onHanded(index + 1);
      }
      return ok(null);
    } finally {
      await port.value.close();
    }
  };
}
