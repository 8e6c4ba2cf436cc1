import { z } from 'zod';
import type { TillPrinterList } from '#schemas/api/printing.ts';
import {
  defaultReceiptProfile,
  type Printout,
  type ReceiptProfile,
  receiptProfileSchema,
} from '#schemas/receipt/receipt-printer.ts';
import type { Till } from '../db/till-types.ts';
import type { ReceiptDevices } from '../devices/receipt-printer.ts';
import { baudRates } from '../devices/serial-receipt-printer.ts';

const targetKey = 'onecode-receipt-printer';

const firstLine = { baudRate: baudRates[0], port: null };

const targetSchema = z.object({
  /** `none`: nothing is printed here. `server`: a printer of the store. `usb`, `serial`: a cable. `browser`: its print dialog. */
  type: z.enum(['none', 'server', 'usb', 'serial', 'browser']),
  /** When a sale is paid, without asking. */
  isAutomatic: z.boolean(),
  server: z.object({ printerId: z.uuid(), name: z.string(), profile: receiptProfileSchema }).nullable(),
  /** Of the printer on either cable. */
  usbProfile: receiptProfileSchema,
  serial: z.object({ baudRate: z.literal(baudRates), port: z.string().max(20).nullable() }).catch(firstLine),
});
export type ReceiptTarget = z.infer<typeof targetSchema>;

const firstTarget: ReceiptTarget = {
  ...{ type: 'none', isAutomatic: true, server: null, usbProfile: defaultReceiptProfile },
  serial: firstLine,
};

/** Sends it over a cable of this device. */
export function printOverCable(
  devices: ReceiptDevices,
  { usbProfile, serial }: ReceiptTarget,
  way: 'usb' | 'serial',
  printout: Printout,
) {
  return way === 'serial'
    ? devices.serial.print(printout, usbProfile, serial)
    : devices.usb.print(printout, usbProfile);
}

/** What this till prints receipts by. */
export class ReceiptChoice {
  readonly #storage: Storage;
  readonly #till: () => Till | null;
  #target = $state.raw<ReceiptTarget>(firstTarget);
  #printers = $state.raw<TillPrinterList['receiptPrinters']>([]);

  constructor(storage: Storage, till: () => Till | null) {
    this.#storage = storage;
    this.#till = till;
    this.#target = readKept(storage.getItem(targetKey));
  }

  get target(): ReceiptTarget {
    return this.#target;
  }
  /** What the printer can; null where that is the browser's matter, or nothing is printed. */
  get profile(): ReceiptProfile | null {
    const { type, server, usbProfile } = this.#target;
    return type === 'usb' || type === 'serial' ? usbProfile : type === 'server' ? (server?.profile ?? null) : null;
  }
  /** Printers of the store as the server last told them, and the chosen one. */
  get printers(): TillPrinterList['receiptPrinters'] {
    const { server } = this.#target;
    const isKnown = server === null || this.#printers.some(({ printerId }) => printerId === server.printerId);
    return isKnown ? this.#printers : [server, ...this.#printers];
  }

  aim(changes: Partial<ReceiptTarget>): void {
    this.#target = { ...this.#target, ...changes };
    this.#storage.setItem(targetKey, JSON.stringify(this.#target));
  }

  /** Offline, what is known stays. A changed profile of the chosen printer is taken over. */
  async loadPrinters(): Promise<void> {
    const told = await this.#till()?.printers.listReceiptPrinters();
    if (!told?.ok) return;
    this.#printers = told.value;
    const chosen = told.value.find(({ printerId }) => printerId === this.#target.server?.printerId);
    if (chosen !== undefined) this.aim({ server: chosen });
  }
}

function readKept(text: string | null): ReceiptTarget {
  if (text === null) return firstTarget;
  try {
    return targetSchema.safeParse(JSON.parse(text)).data ?? firstTarget;
  } catch (error) {
    console.warn('what receipts are printed by cannot be read', error);
    return firstTarget;
  }
}
