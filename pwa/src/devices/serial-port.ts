// What is used of WebSerial (wicg.github.io/serial), by scales and printers alike: TypeScript's own types do not have it.

export type SerialOptions = { baudRate: number; dataBits: number; parity: string };
export type SerialPort = {
  readonly readable: ReadableStream<Uint8Array> | null;
  readonly writable: WritableStream<Uint8Array> | null;
  open(options: SerialOptions): Promise<void>;
  close(): Promise<void>;
  getInfo?(): { usbVendorId?: number; usbProductId?: number };
};
export type SerialBus = {
  getPorts(): Promise<SerialPort[]>;
  requestPort(): Promise<SerialPort>;
};

/** The bus of this browser, or null where there is none. */
export function serialBusOf(navigator: Navigator): SerialBus | null {
  return (navigator as { serial?: SerialBus }).serial ?? null;
}

/** By what a port is known again after a reload: the maker and model of its USB chip; one that is built in says nothing. */
export function portName(port: SerialPort): string {
  const { usbVendorId = 0, usbProductId = 0 } = port.getInfo?.() ?? {};
  return `${usbVendorId.toString(16)}:${usbProductId.toString(16)}`;
}
