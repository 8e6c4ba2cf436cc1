import { version } from '$app/env';
import type { BasketCopy } from '../db/basket-copy.ts';
import type { PaymentKeep } from '../db/payment-keep.ts';
import type { Till } from '../db/till-types.ts';
import { startBeeper } from '../devices/beep.ts';
import { browserLabelPrinter } from '../devices/label-printer.ts';
import { pagePrinters, pageReceiptPrinters } from '../devices/page-printers.ts';
import { listenToScale } from '../devices/scale/page-scale.ts';
import { serialBusOf } from '../devices/serial-port.ts';
import { SimulatedTerminal } from '../devices/simulated-terminal.ts';
import { App, type AppOptions } from './app.svelte.ts';
import { browserStorage } from './browser-storage.ts';
import { passkeyDevice } from './passkey-device.ts';
import type { TillDoor } from './till-door.ts';
import { beginTraining, memoryKeep, trainingOptions } from './training.ts';

const baseUrl = location.origin;
const serialBus = serialBusOf(navigator);

/** The real till. What it needs is in one file (pwa/vite.config.ts), which the page asks for together with the first. */
const parts = {
  identity: () => import('../db/identity.ts'),
  lock: () => import('../db/till-lock.ts'),
  till: () => import('../db/till.ts'),
  farewell: () => import('../db/farewell.ts'),
  pouch: () => import('../db/pouch.ts'),
  basketCopy: () => import('../db/basket-copy.ts'),
  paymentKeep: () => import('../db/payment-keep.ts'),
  training: () => import('../db/training-till.ts'),
};

const door: TillDoor = {
  async identity() {
    const { loadIdentity } = await parts.identity();
    return loadIdentity();
  },
  async pair(code, deviceName) {
    const { pair } = await parts.identity();
    return pair({ baseUrl, code, deviceName });
  },
  async own(takeOver) {
    const { ownTill, takeOverTill } = await parts.lock();
    return takeOver ? takeOverTill({ force: true }) : ownTill();
  },
  async open(identity, ownership) {
    const { openTill } = await parts.till();
    return openTill({ identity, ownership, baseUrl, appVersion: version });
  },
  async farewell() {
    const { loadFarewell } = await parts.farewell();
    return loadFarewell();
  },
  async sayFarewell(farewell) {
    const { sayFarewell } = await parts.farewell();
    await sayFarewell(farewell);
  },
  async clear(farewell) {
    const [{ clearTill }, { journalPouch }] = await Promise.all([parts.farewell(), parts.pouch()]);
    await clearTill(farewell, { pouch: journalPouch() });
  },
};

let copy: Promise<BasketCopy> | null = null;
function basketCopy(): Promise<BasketCopy> {
  copy ??= parts
    .basketCopy()
    .then(({ BasketCopy }) => new BasketCopy((error) => console.warn('the basket has no copy', error)));
  return copy;
}

let keep: Promise<PaymentKeep> | null = null;
function paymentKeep(): Promise<PaymentKeep> {
  keep ??= parts.paymentKeep().then(({ PaymentKeep }) => new PaymentKeep());
  return keep;
}
const payments = {
  keep: {
    read: async (key: string) => (await paymentKeep()).read(key),
    write: async (key: string, text: string | null) => (await paymentKeep()).write(key, text),
  },
  wait: (ms: number) => new Promise<void>((done) => setTimeout(done, ms)),
};
const simulator = new SimulatedTerminal({ ...payments, nowMs: () => Date.now() });

/** A scale beside a receipt printer on a serial line is the other port. */
const printerPort = () => {
  const { type, serial } = app.receipts.choice.target;
  return type === 'serial' ? serial.port : null;
};

const beeper = startBeeper(window);

const tabStorage = browserStorage('sessionStorage');
const real: AppOptions = {
  door,
  storage: browserStorage('localStorage'),
  basketCopy: {
    read: async (key) => (await basketCopy()).read(key),
    write: async (key, text) => (await basketCopy()).write(key, text),
  },
  tabStorage,
  languages: navigator.languages,
  newId: () => crypto.randomUUID(),
  nowMs: () => Date.now(),
  passkeys: passkeyDevice(location),
  printers: { labelPrinter: browserLabelPrinter(window), labelDevices: pagePrinters(window) },
  payments: { ...payments, terminals: { simulator } },
  ...(serialBus && { scale: (protocol) => listenToScale.bind(null, serialBus, printerPort, protocol) }),
  receipts: { devices: pageReceiptPrinters(window), origin: baseUrl },
  signal: (sound) => (sound === 'good' ? beeper.ok() : sound === 'again' ? beeper.again() : beeper.error()),
  reload: () => location.reload(),
};

function trainer(): App {
  const own = { ...payments, keep: memoryKeep() };
  const terminal = new SimulatedTerminal({ ...own, nowMs: () => Date.now() });
  const trainingTill = async (till: Till): Promise<Till> => {
    const { trainingTillOf } = await parts.training();
    return trainingTillOf(till);
  };
  return new App(trainingOptions(real, trainingTill, { ...own, terminals: { simulator: terminal } }));
}

const training = beginTraining(tabStorage);
export const app = training === 'on' ? trainer() : new App({ ...real, training });

// At once, and not when the first screen is there: the databases open while it is fetched and drawn. The manager has no till, and the
// customer's screen must not become one.
if (!/^\/(?:manage|setup|display)(?:\/|$)/.test(location.pathname)) void app.start();
