import { fail, ok, type Result } from '#schemas/result.ts';

/** What is used of WebUSB (wicg.github.io/webusb): TypeScript's own types do not have it. */
export type UsbEndpoint = {
  endpointNumber: number;
  direction: 'in' | 'out';
  type: 'bulk' | 'interrupt' | 'isochronous';
};
export type UsbAlternate = { alternateSetting: number; interfaceClass: number; endpoints: readonly UsbEndpoint[] };
export type UsbInterface = { interfaceNumber: number; alternates: readonly UsbAlternate[] };
export type UsbConfiguration = { configurationValue: number; interfaces: readonly UsbInterface[] };
export type UsbDevice = {
  readonly productName?: string | undefined;
  readonly opened: boolean;
  readonly configuration: UsbConfiguration | null;
  readonly configurations: readonly UsbConfiguration[];
  open(): Promise<void>;
  close(): Promise<void>;
  selectConfiguration(value: number): Promise<void>;
  claimInterface(interfaceNumber: number): Promise<void>;
  selectAlternateInterface(interfaceNumber: number, alternate: number): Promise<void>;
  transferOut(endpointNumber: number, data: BufferSource): Promise<{ bytesWritten: number; status: string }>;
};
export type UsbBus = {
  getDevices(): Promise<UsbDevice[]>;
  requestDevice(options: { filters: { classCode: number }[] }): Promise<UsbDevice>;
};

/** Of the USB classes, that of printers. */
const printerClass = 7;
/** Small enough that a pause or a pulled cable is noticed between two. */
const chunkBytes = 16_384;

type PrinterPlace = { configurationValue: number; interfaceNumber: number; alternate: number; endpointNumber: number };

/** Where a device takes what is to be printed; null: it is no printer. */
export function printerPlaceOf(device: UsbDevice): PrinterPlace | null {
  for (const { configurationValue, interfaces } of device.configurations) {
    for (const { interfaceNumber, alternates } of interfaces) {
      for (const { interfaceClass, alternateSetting, endpoints } of alternates) {
        const out = endpoints.find(({ direction, type }) => direction === 'out' && type === 'bulk');
        if (interfaceClass !== printerClass || out === undefined) continue;
        return {
          configurationValue,
          interfaceNumber,
          alternate: alternateSetting,
          endpointNumber: out.endpointNumber,
        };
      }
    }
  }
  return null;
}

/**
 * Asks the person for a printer; only while a tap is handled. `usb-none`: none was chosen, or none is there.
 * `usb-refused`: the browser or its administrator does not allow it.
 */
export async function askForUsbPrinter(bus: UsbBus): Promise<Result<UsbDevice, { code: 'usb-none' | 'usb-refused' }>> {
  try {
    const device = await bus.requestDevice({ filters: [{ classCode: printerClass }] });
    return printerPlaceOf(device) === null ? fail({ code: 'usb-none' }) : ok(device);
  } catch (error) {
    return fail({ code: nameOf(error) === 'NotFoundError' ? 'usb-none' : 'usb-refused' });
  }
}

/** The printer that a person allowed before and that is plugged in. */
export async function allowedUsbPrinter(bus: UsbBus): Promise<UsbDevice | null> {
  const devices = await bus.getDevices().catch((error: unknown) => {
    console.warn('USB devices are not told', error);
    return [];
  });
  return devices.find((device) => printerPlaceOf(device) !== null) ?? null;
}

/** An open printer: bytes in, nothing out. */
export class UsbPrinterPort {
  readonly #device: UsbDevice;
  readonly #endpointNumber: number;

  private constructor(device: UsbDevice, endpointNumber: number) {
    this.#device = device;
    this.#endpointNumber = endpointNumber;
  }

  /** `usb-busy`: a driver of the system or another program has it. `usb-none`: it is gone. */
  static async open(device: UsbDevice): Promise<Result<UsbPrinterPort, { code: 'usb-busy' | 'usb-none' }>> {
    const place = printerPlaceOf(device);
    if (place === null) return fail({ code: 'usb-none' });
    try {
      await device.open();
      if (device.configuration?.configurationValue !== place.configurationValue) {
        await device.selectConfiguration(place.configurationValue);
      }
      await device.claimInterface(place.interfaceNumber);
      if (place.alternate !== 0) await device.selectAlternateInterface(place.interfaceNumber, place.alternate);
    } catch (error) {
      await closeQuietly(device);
      return fail({ code: nameOf(error) === 'NotFoundError' ? 'usb-none' : 'usb-busy' });
    }
    return ok(new UsbPrinterPort(device, place.endpointNumber));
  }

  /** Resolves when the printer has taken all of it; `lost`: it took a part of it, or none, and nobody can tell. */
  async send(bytes: Uint8Array): Promise<Result<null, { code: 'lost' }>> {
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      const chunk = new Uint8Array(bytes.subarray(at, at + chunkBytes));
      try {
        const { status, bytesWritten } = await this.#device.transferOut(this.#endpointNumber, chunk);
        if (status !== 'ok' || bytesWritten !== chunk.length) return fail({ code: 'lost' });
      } catch (error) {
        console.warn('the USB printer is gone', error);
        return fail({ code: 'lost' });
      }
    }
    return ok(null);
  }

  close(): Promise<void> {
    return closeQuietly(this.#device);
  }
}

async function closeQuietly(device: UsbDevice): Promise<void> {
  if (!device.opened) return;
  await device.close().catch((error: unknown) => console.warn('the USB printer does not close', error));
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
