import { unzlibSync } from 'fflate';
import type { Bitmap } from '#printing/bitmap/bitmap.ts';
import type { Tablet } from './tablet.ts';

/** A label printer on a cable of that tablet, from the next page on. It takes everything that it is sent. */
export async function plugInUsbPrinter(till: Tablet): Promise<void> {
  await till.page.addInitScript(() => {
    const endpoint = { endpointNumber: 1, direction: 'out', type: 'bulk' };
    const alternates = [{ alternateSetting: 0, interfaceClass: 7, endpoints: [endpoint] }];
    const configuration = { configurationValue: 1, interfaces: [{ interfaceNumber: 0, alternates }] };
    const printed: string[] = [];
    const nothing = async () => undefined;
    const device = {
      ...{ productName: 'ZD421', opened: true, configuration, configurations: [configuration] },
      ...{ open: nothing, close: nothing, selectConfiguration: nothing, claimInterface: nothing },
      selectAlternateInterface: nothing,
      transferOut: async (_endpoint: number, data: ArrayBuffer | ArrayBufferView) => {
        const bytes = ArrayBuffer.isView(data)
          ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
          : new Uint8Array(data);
        printed.push(new TextDecoder('latin1').decode(bytes));
        return { bytesWritten: bytes.length, status: 'ok' };
      },
    };
    const usb = {
      getDevices: async () => [device],
      requestDevice: async () => device,
      addEventListener: () => undefined,
    };
    Object.defineProperty(navigator, 'usb', { value: usb });
    Object.assign(window, { usbPrinted: printed });
  });
}

/** The pictures of the ZPL that came over the cable. */
export async function usbLabels(till: Tablet): Promise<Bitmap[]> {
  const zpl = await till.page.evaluate(() => (window as unknown as { usbPrinted: string[] }).usbPrinted.join(''));
  return [...zpl.matchAll(/\^GFA,\d+,\d+,(\d+),:Z64:([^:]+):/g)].map(([, stride, data = '']) => {
    const rows = unzlibSync(Uint8Array.from(Buffer.from(data, 'base64')));
    return { width: Number(stride) * 8, height: rows.length / Number(stride), rows };
  });
}
