import type { Label, LabelFormat, PrinterLanguage } from '#schemas/label/label.ts';
import { labelFaults, textOf } from './canvas-labels.ts';
import { type LabelSheetOptions, labelSheetPrinter, savePdf } from './label-sheet-printer.ts';
import { browserReceiptPrinter, type ReceiptDevices, UsbReceiptPrinter } from './receipt-printer.ts';
import { serialBusOf } from './serial-port.ts';
import { SerialReceiptPrinter } from './serial-receipt-printer.ts';
import { UsbLabelPrinter } from './usb-label-printer.ts';
import type { UsbBus } from './usb-printer-port.ts';

/** What a page prints labels by, beside its own print dialog. */
export function pagePrinters(page: Window & typeof globalThis) {
  const text = () => textOf(page);
  const { usb } = page.navigator as Navigator & { usb?: UsbBus };
  return {
    usb: (language: () => PrinterLanguage) => new UsbLabelPrinter({ bus: usb ?? null, language, text }),
    sheet: (options: Pick<LabelSheetOptions, 'sheet' | 'usedCells' | 'onUsed'>) =>
      labelSheetPrinter({ ...options, text, save: (name, bytes) => savePdf(page, name, bytes) }),
    faults: async (labels: readonly Label[], format: LabelFormat) => labelFaults(await text(), labels, format),
  };
}

/** What a page prints receipts by. */
export function pageReceiptPrinters(page: Window & typeof globalThis): ReceiptDevices {
  const { usb } = page.navigator as Navigator & { usb?: UsbBus };
  const text = () => textOf(page);
  return {
    usb: new UsbReceiptPrinter(usb ?? null, text),
    serial: new SerialReceiptPrinter(serialBusOf(page.navigator), text),
    browser: browserReceiptPrinter(page),
  };
}
