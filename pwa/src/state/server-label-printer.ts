import { fail, ok } from '#schemas/result.ts';
import type { Till } from '../db/till-types.ts';
import type { LabelPrinter } from '../devices/label-printer.ts';

/** As a request of 4 MB holds them with the longest of names. */
const partLabels = 2_000;
const titleLength = 50;

export type ServerLabelPrinterOptions = Pick<LabelPrinter, 'faults'> & { till: () => Till | null; printerId: string };

/** A label printer that the store's server reaches: it queues the job, and the screen asks how it goes. */
export function serverLabelPrinter({ till, printerId, faults }: ServerLabelPrinterOptions): LabelPrinter {
  return {
    partLabels,
    isQueue: true,
    ...(faults ? { faults } : {}),
    async print({ jobId, title, format, labels, reprintOf }) {
      const printers = till()?.printers;
      if (!printers) return fail({ code: 'offline' });
      const short = Array.from(title).slice(0, titleLength).join('');
      const added = await printers.add({ jobId, printerId, title: short, format, labels: [...labels], reprintOf });
      if (added.ok) return ok(null);
      const { code, problems } = added.error;
      if (problems !== undefined) return fail({ code: 'at-fault', problems });
      return fail({ code: code === 'offline' ? 'offline' : code === 'not-found' ? 'printer-gone' : 'no-printer' });
    },
  };
}
