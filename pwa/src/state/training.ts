import type { Receipt } from '#schemas/receipt/receipt.ts';
import type { Printout } from '#schemas/receipt/receipt-printer.ts';
import { fail, ok } from '#schemas/result.ts';
import type { Till } from '../db/till-types.ts';
import type { ReceiptDevices } from '../devices/receipt-printer.ts';
import type { AppOptions } from './app.svelte.ts';
import { MemoryStorage } from './memory-storage.ts';
import type { TillDoor } from './till-door.ts';

const key = 'onecode-training';

/**
 * How this page began: `on`: as a training, `over`: a training went before it in this tab. The page is a training from its first
 * breath or never: another app stands on another till, and any reload ends it.
 */
export type TrainingPhase = 'off' | 'on' | 'over';

/** Of a page that begins now: what was asked for is asked for once. */
export function beginTraining(tabStorage: Storage): TrainingPhase {
  const asked = tabStorage.getItem(key);
  if (asked === 'asked') tabStorage.setItem(key, 'on');
  else tabStorage.removeItem(key);
  return asked === 'asked' ? 'on' : asked === 'on' ? 'over' : 'off';
}

type TrainingOptions = Pick<AppOptions, 'tabStorage' | 'reload'> & {
  /** Somebody is signed in, and no money of a customer is under way. */
  mayTrain: () => boolean;
};

/** Whether nothing of what is done on this page is real, and how that begins and ends: by another page. */
export class Training {
  readonly #phase: TrainingPhase;
  readonly #options: TrainingOptions;

  constructor(phase: TrainingPhase, options: TrainingOptions) {
    this.#phase = phase;
    this.#options = options;
  }

  get isOn(): boolean {
    return this.#phase === 'on';
  }
  /** One ended when this page began. */
  get isOver(): boolean {
    return this.#phase === 'over';
  }
  get mayStart(): boolean {
    return !this.isOn && this.#options.mayTrain();
  }

  /** The open basket waits meanwhile, and comes back. */
  start(): void {
    if (!this.mayStart) return;
    this.#options.tabStorage.setItem(key, 'asked');
    this.#options.reload();
  }

  /** All that was done in it goes with the page. */
  end(): void {
    if (this.isOn) this.#options.reload();
  }
}

/** What a training takes over of the device: how its screens are, and where it prints. No basket, drawer or payment. */
const kept = ['onecode-preferences', 'onecode-receipt-printer', 'onecode-payment-terminal'];

function copyOf(storage: Storage): Storage {
  const copy = new MemoryStorage();
  for (const name of kept) {
    const text = storage.getItem(name);
    if (text !== null) copy.setItem(name, text);
  }
  return copy;
}

/** Something to keep payments in, gone with the page. */
export function memoryKeep() {
  const texts = new Map<string, string>();
  return {
    read: async (name: string) => texts.get(name) ?? null,
    write: async (name: string, text: string | null) => {
      if (text === null) texts.delete(name);
      else texts.set(name, text);
    },
  };
}

/** A door behind which nothing real can be changed. `trainingTill` makes the till out of what may be read of the real one. */
export function trainingDoor(door: TillDoor, trainingTill: (till: Till) => Promise<Till>): TillDoor {
  return {
    identity: () => door.identity(),
    own: (takeOver) => door.own(takeOver),
    open: async (identity, ownership) => {
      const opened = await door.open(identity, ownership);
      return opened.ok ? ok(await trainingTill(opened.value)) : opened;
    },
    pair: async () => fail({ code: 'offline' }),
    farewell: async () => null,
    sayFarewell: async () => undefined,
    clear: async () => undefined,
  };
}

/** Printers of the real till: the drawer stays shut, and all paper says that it is none of the shop's. */
export function trainingDevices({ usb, serial, browser }: ReceiptDevices): ReceiptDevices {
  return {
    usb: printingSo(usb),
    serial: printingSo(serial),
    browser: (receipt, paperMm) => browser(markedReceipt(receipt), paperMm),
  };
}

function printingSo<Device extends ReceiptDevices['usb'] | ReceiptDevices['serial']>(device: Device): Device {
  return new Proxy(device, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'print') return value.bind(target);
      return (printout: Printout, ...rest: unknown[]) => value.call(target, marked(printout), ...rest);
    },
  });
}

function marked({ receipt, slip, ...rest }: Printout): Printout {
  const title = `TRAINING · ${slip?.title ?? ''}`.slice(0, 100).toWellFormed();
  return {
    ...rest,
    opensDrawer: false,
    receipt: receipt && markedReceipt(receipt),
    ...(slip && { slip: { ...slip, title } }),
  };
}

/** No e-receipt stands behind it. */
function markedReceipt(receipt: Receipt): Receipt {
  return { ...receipt, isTraining: true, link: null, fiscal: null };
}

/** The options of an app that trains, made of those of the real one. */
export function trainingOptions(
  options: AppOptions,
  trainingTill: (till: Till) => Promise<Till>,
  payments: NonNullable<AppOptions['payments']>,
): AppOptions {
  const { printers: _noLabels, receipts, ...rest } = options;
  return {
    ...rest,
    training: 'on',
    door: trainingDoor(options.door, trainingTill),
    storage: copyOf(options.storage),
    basketCopy: memoryKeep(),
    payments,
    ...(receipts && { receipts: { ...receipts, devices: trainingDevices(receipts.devices) } }),
  };
}
