import { z } from 'zod';
import type { LabelAtFault } from '#printing/label/problems.ts';
import type { TillPrinterList } from '#schemas/api/printing.ts';
import {
  defaultLabelFormat,
  type Label,
  type LabelFormat,
  labelDpis,
  labelFormatSchema,
  labelSheets,
  type PrinterLanguage,
  printerLanguages,
} from '#schemas/label/label.ts';
import type { LocaleCode } from '#schemas/text.ts';
import type { Till } from '../db/till-types.ts';
import type { LabelPrinter } from '../devices/label-printer.ts';
import type { LabelSheetOptions } from '../devices/label-sheet-printer.ts';
import type { UsbLabelPrinter } from '../devices/usb-label-printer.ts';
import { serverLabelPrinter } from './server-label-printer.ts';

const formatKey = 'onecode-label-format';
const targetKey = 'onecode-label-printer';

const targetSchema = z.object({
  /** `browser`: its print dialog. `usb`: a cable. `sheet`: a PDF. `server`: a printer of the store. */
  type: z.enum(['browser', 'usb', 'sheet', 'server']),
  language: z.enum(printerLanguages),
  sheet: z.enum(labelSheets),
  /** Labels of the next sheet that are used already. */
  usedCells: z.number().int().min(0).max(39),
  server: z.object({ printerId: z.uuid(), name: z.string(), dpi: z.literal(labelDpis) }).nullable(),
});
/** What labels are printed by. The parts of those that are not chosen are kept, too. */
export type LabelTarget = z.infer<typeof targetSchema>;

const firstTarget: LabelTarget = { type: 'browser', language: 'zpl', sheet: 'a4-3x8', usedCells: 0, server: null };

/** Printers of the device beside the browser's own dialog. */
export type LabelDevices = {
  usb: (language: () => PrinterLanguage) => UsbLabelPrinter;
  sheet: (options: Pick<LabelSheetOptions, 'sheet' | 'usedCells' | 'onUsed'>) => LabelPrinter;
  faults: (labels: readonly Label[], format: LabelFormat) => Promise<LabelAtFault[]>;
};

export type LabelChoiceOptions = {
  storage: Storage;
  locale: () => LocaleCode;
  till: () => Till | null;
  labelPrinter: LabelPrinter;
  labelDevices?: LabelDevices | undefined;
};

/** What labels are printed on here, and by what. */
export class LabelChoice {
  readonly #options: LabelChoiceOptions;
  readonly #sheet: LabelPrinter | null;
  /** Null where there are no devices. */
  readonly usb: UsbLabelPrinter | null;
  #format = $state.raw<LabelFormat>(defaultLabelFormat);
  #target = $state.raw<LabelTarget>(firstTarget);
  #printers = $state.raw<TillPrinterList['printers']>([]);

  constructor(options: LabelChoiceOptions) {
    const { storage, labelDevices } = options;
    this.#options = options;
    this.#format = readKept(storage.getItem(formatKey), labelFormatSchema) ?? defaultLabelFormat;
    this.#target = readKept(storage.getItem(targetKey), targetSchema) ?? firstTarget;
    this.usb = labelDevices?.usb(() => this.#target.language) ?? null;
    this.#sheet =
      labelDevices?.sheet({
        sheet: () => this.#target.sheet,
        usedCells: () => this.#target.usedCells,
        onUsed: (labels) => this.aim({ usedCells: (this.#target.usedCells + labels) % this.cells }),
      }) ?? null;
  }

  /** Words on the label are in the screen's language; a printer of the store knows its own dots. */
  get format(): LabelFormat {
    const { type, server } = this.#target;
    const dpi = type === 'server' && server !== null ? server.dpi : this.#format.dpi;
    return { ...this.#format, dpi, locale: this.#options.locale() };
  }
  get target(): LabelTarget {
    return this.#target;
  }
  /** Printers of the store as the server last told them. */
  get printers(): TillPrinterList['printers'] {
    const { server } = this.#target;
    const isKnown = server === null || this.#printers.some(({ printerId }) => printerId === server.printerId);
    return isKnown ? this.#printers : [server, ...this.#printers];
  }
  /** Labels on a sheet. */
  get cells(): number {
    return { 'a4-3x8': 24, 'a4-4x10': 40, 'one-a-page': 1 }[this.#target.sheet];
  }

  get printer(): LabelPrinter {
    const { till, labelPrinter, labelDevices } = this.#options;
    const { type, server } = this.#target;
    if (type === 'server' && server !== null) {
      const { printerId } = server;
      return serverLabelPrinter({ till, printerId, ...(labelDevices ? { faults: labelDevices.faults } : {}) });
    }
    return (type === 'usb' ? this.usb : type === 'sheet' ? this.#sheet : null) ?? labelPrinter;
  }

  set(changes: Partial<LabelFormat>): void {
    this.#format = { ...this.#format, ...changes };
    this.#options.storage.setItem(formatKey, JSON.stringify(this.#format));
  }

  /** Another printer, or another way to use it. */
  aim(changes: Partial<LabelTarget>): void {
    this.#target = { ...this.#target, ...changes };
    this.#target.usedCells %= this.cells;
    this.#options.storage.setItem(targetKey, JSON.stringify(this.#target));
  }

  /** Offline, what is known stays. */
  async loadPrinters(): Promise<void> {
    const told = await this.#options.till()?.printers.list();
    if (told?.ok) this.#printers = told.value;
  }
}

function readKept<Kept>(text: string | null, schema: z.ZodType<Kept>): Kept | null {
  if (text === null) return null;
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    console.warn('what labels are printed on cannot be read', error);
    return null;
  }
}
