import { fail, ok, type Result } from '#schemas/result.ts';
import { allowedUsbPrinter, askForUsbPrinter, type UsbBus } from './usb-printer-port.ts';

/** A printer on a USB cable of this device, without a driver. */
export class UsbPrinter {
  /** Null: this browser has no WebUSB. */
  protected readonly bus: UsbBus | null;

  constructor(bus: UsbBus | null) {
    this.bus = bus;
  }

  get isSupported(): boolean {
    return this.bus !== null;
  }

  /** Name of the printer that was allowed before and is plugged in; null: none. */
  async connected(): Promise<string | null> {
    const device = this.bus === null ? null : await allowedUsbPrinter(this.bus);
    return device === null ? null : (device.productName ?? 'USB');
  }

  /** Asks the person for the printer; only while a tap is handled. */
  async connect(): Promise<Result<string, { code: 'usb-none' | 'usb-refused' | 'usb-unsupported' }>> {
    if (this.bus === null) return fail({ code: 'usb-unsupported' });
    const device = await askForUsbPrinter(this.bus);
    return device.ok ? ok(device.value.productName ?? 'USB') : device;
  }
}
