import type { TextRasterizer } from '#printing/text/text-rasterizer.ts';
import type { Receipt } from '#schemas/receipt/receipt.ts';
import type { Printout, ReceiptProfile } from '#schemas/receipt/receipt-printer.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { SerialFailure, SerialReceiptPrinter } from './serial-receipt-printer.ts';
import { UsbPrinter } from './usb-printer.ts';
import { allowedUsbPrinter, type UsbBus, UsbPrinterPort } from './usb-printer-port.ts';

/** `lost`: the printer went away, and what came out is not known. The others: nothing was printed. */
export type ReceiptFailure = { code: SerialFailure['code'] | 'usb-none' | 'usb-busy' | 'usb-unsupported' };

/** Prints through the browser's dialog; resolves when that is closed. */
export type BrowserReceiptPrinter = (receipt: Receipt, paperMm: ReceiptProfile['paperMm']) => Promise<void>;

export type ReceiptDevices = {
  usb: UsbReceiptPrinter;
  serial: SerialReceiptPrinter;
  browser: BrowserReceiptPrinter;
};

/** A receipt printer on a USB cable of this device, and the drawer on that. */
export class UsbReceiptPrinter extends UsbPrinter {
  readonly #text: () => Promise<TextRasterizer>;

  constructor(bus: UsbBus | null, text: () => Promise<TextRasterizer>) {
    super(bus);
    this.#text = text;
  }

  async print(printout: Printout, profile: ReceiptProfile): Promise<Result<null, ReceiptFailure>> {
    if (this.bus === null) return fail({ code: 'usb-unsupported' });
    const device = await allowedUsbPrinter(this.bus);
    if (device === null) return fail({ code: 'usb-none' });
    const [{ escposPrintout }, text] = await Promise.all([import('#printing/receipt/escpos.ts'), this.#text()]);
    const bytes = escposPrintout(printout, profile, text);
    const port = await UsbPrinterPort.open(device);
    if (!port.ok) return fail(port.error);
    try {
      const sent = await port.value.send(bytes);
      return sent.ok ? ok(null) : fail({ code: 'lost' });
    } finally {
      await port.value.close();
    }
  }
}

/** Some browsers take the page a moment after they say that printing is over. */
const graceMs = 1_000;
/** On paper alone. */
const container = '.receipt-document';

export function browserReceiptPrinter(page: Window & typeof globalThis): BrowserReceiptPrinter {
  return async (receipt, paperMm) => {
    const [{ receiptParts, receiptPageStyle }, { pngOf }] = await Promise.all([
      import('#printing/receipt/print-page.ts'),
      import('#printing/bitmap/png.ts'),
    ]);
    const parts = receiptParts(receipt, paperMm);
    const document = page.document.createElement('div');
    document.className = container.slice(1);
    document.dataset.testid = 'receipt-document';
    document.lang = receipt.locale;
    const urls: string[] = [];
    for (const part of parts) {
      if (part.type === 'picture') {
        const picture = page.document.createElement('img');
        picture.alt = '';
        picture.src = page.URL.createObjectURL(new Blob([new Uint8Array(pngOf(part.picture))], { type: 'image/png' }));
        await picture.decode();
        urls.push(picture.src);
        document.append(picture);
      } else if (part.type === 'rule') {
        document.append(page.document.createElement('hr'));
      } else {
        document.append(lineOf(page, part));
      }
    }
    // No style may stand in a page; one that a script makes may.
    const style = new page.CSSStyleSheet();
    style.replaceSync(receiptPageStyle(parts, paperMm, container));
    page.document.adoptedStyleSheets.push(style);
    page.document.body.append(document);
    const printed = new Promise((resolve) => page.addEventListener('afterprint', resolve, { once: true }));
    page.print();
    await printed;
    page.setTimeout(() => {
      document.remove();
      for (const url of urls) page.URL.revokeObjectURL(url);
      page.document.adoptedStyleSheets = page.document.adoptedStyleSheets.filter((one) => one !== style);
    }, graceMs);
  };
}

type Line = { left: string; right: string; isCentred: boolean; isBold: boolean; isTall: boolean };

function lineOf(page: Window & typeof globalThis, { left, right, isCentred, isBold, isTall }: Line): HTMLElement {
  const line = page.document.createElement('p');
  line.classList.toggle('centred', isCentred);
  line.classList.toggle('bold', isBold);
  line.classList.toggle('tall', isTall);
  for (const text of [left, right]) {
    if (text === '') continue;
    const part = page.document.createElement('span');
    part.textContent = text;
    line.append(part);
  }
  // An amount alone stands at the right.
  if (left === '' && right !== '') line.prepend(page.document.createElement('span'));
  return line;
}
