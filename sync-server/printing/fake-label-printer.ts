import type { Socket } from 'node:net';
import { FakePrinter } from './fake-printer.ts';

export type FakePrinterMood = {
  /** Answers nothing. */
  isMute?: boolean;
  paperOut?: boolean;
  headOpen?: boolean;
  /** Cuts the line once so many bytes of labels have come. */
  diesAfterBytes?: number;
  /** Says that it is busy so many times after labels came. */
  busyTimes?: number;
};

/** For tests: a ZPL label printer on a port of the loopback interface that answers `~HS`, and misbehaves when it is told to. */
export class FakeLabelPrinter extends FakePrinter {
  mood: FakePrinterMood = {};
  /** What was sent beside questions, connection by connection. */
  readonly received: string[] = [];

  static start(port = 0): Promise<FakeLabelPrinter> {
    return new FakeLabelPrinter().listen(port);
  }

  /** Labels that came out: `^XA` … `^XZ`. */
  get labels(): string[] {
    return this.received.flatMap((text) => text.match(/\^XA[\s\S]*?\^XZ/g) ?? []);
  }

  protected serve(socket: Socket): void {
    const at = this.received.push('') - 1;
    let busy = this.mood.busyTimes ?? 0;
    socket.on('data', (data) => {
      const text = data.toString('latin1');
      const labels = text.replaceAll('~HS\r\n', '');
      this.received[at] += labels;
      const { isMute, diesAfterBytes } = this.mood;
      if (diesAfterBytes !== undefined && (this.received[at] ?? '').length >= diesAfterBytes) {
        socket.destroy();
        return;
      }
      if (isMute || !text.includes('~HS')) return;
      const isBusy = (this.received[at] ?? '') !== '' && busy-- > 0;
      socket.write(this.#status(isBusy));
    });
  }

  #status(isBusy: boolean): string {
    const flag = (on: boolean | undefined) => (on ? '1' : '0');
    const first = `030,${flag(this.mood.paperOut)},0,0245,${isBusy ? '001' : '000'},0,0,0,000,0,0,0`;
    const second = `000,0,${flag(this.mood.headOpen)},0,0,2,4,0,00000000,1,000`;
    return [first, second, '1234,0'].map((line) => `\x02${line}\x03\r\n`).join('');
  }
}
