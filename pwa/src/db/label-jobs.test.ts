import { describe, expect, test } from 'vitest';
import type { PrintJobDraft, PrintJobView, ReceiptJobDraft } from '#schemas/api/printing.ts';
import { defaultLabelFormat } from '#schemas/label/label.ts';
import { LabelJobs } from './label-jobs.ts';

const jobId = '3f0d6d3e-8a39-4c8e-9f3a-0a4b7c1d2e01';
const printerId = '3f0d6d3e-8a39-4c8e-9f3a-0a4b7c1d2e02';
const view: PrintJobView = {
  ...{
    jobId,
    printerId,
    printerName: 'Desk',
    title: 'Coat',
    kind: 'labels',
    state: 'queued',
    total: 1,
    printed: 0,
    inFlight: 0,
  },
  ...{ trouble: null, reprintOf: null, createdBy: 'till 3', createdAtMs: 1, changedAtMs: 1 },
};
const draft: PrintJobDraft = {
  ...{ jobId, printerId, title: 'Coat', format: defaultLabelFormat, reprintOf: null },
  labels: [],
};

const receiptDraft: ReceiptJobDraft = {
  ...{ jobId, printerId, title: 'Sale' },
  printout: { receipt: null, opensDrawer: true },
};

function jobsWith(answer: () => Response): {
  jobs: LabelJobs;
  asked: { url: string; init: RequestInit | undefined }[];
} {
  const asked: { url: string; init: RequestInit | undefined }[] = [];
  const fetch = async (url: RequestInfo | URL, init?: RequestInit) => {
    asked.push({ url: String(url), init });
    return answer();
  };
  return { jobs: new LabelJobs({ baseUrl: 'https://shop.example', storeId: 'north', token: 't0', fetch }), asked };
}

describe('printing through the server', () => {
  test('printers, a job, its state and what is done with it go to the store with the token of the till', async () => {
    const printers = [{ printerId, name: 'Desk', dpi: 203 as const }];
    const listed = jobsWith(() => Response.json({ printers }));
    expect(await listed.jobs.list()).toEqual({ ok: true, value: printers });
    expect(listed.asked[0]?.url).toBe('https://shop.example/feed/north/printers');
    expect(await listed.jobs.listReceiptPrinters()).toEqual({ ok: true, value: [] });
    const { jobs, asked } = jobsWith(() => Response.json(view, { status: 201 }));
    expect(await jobs.add(draft)).toEqual({ ok: true, value: view });
    expect(await jobs.job(jobId)).toEqual({ ok: true, value: view });
    expect(await jobs.act(jobId, { type: 'settle', printed: 1 })).toEqual({ ok: true, value: view });
    expect(await jobs.addReceipt(receiptDraft)).toEqual({ ok: true, value: view });
    expect(asked.map(({ url, init }) => [url.replace('https://shop.example/feed/north', ''), init?.method])).toEqual([
      ['/print-jobs', 'POST'],
      [`/print-jobs/${jobId}`, undefined],
      [`/print-jobs/${jobId}`, 'POST'],
      ['/receipt-jobs', 'POST'],
    ]);
    expect(asked[2]?.init?.body).toBe('{"type":"settle","printed":1}');
    expect(new Headers(asked[0]?.init?.headers).get('authorization')).toBe('Bearer t0');
  });

  test('no network, a refusal and an answer that is none are codes', async () => {
    const offline = jobsWith(() => {
      throw new TypeError('no network');
    });
    expect(await offline.jobs.list()).toEqual({ ok: false, error: { code: 'offline' } });
    const refused = jobsWith(() => Response.json({ error: { code: 'conflict' } }, { status: 409 }));
    expect(await refused.jobs.act(jobId, { type: 'pause' })).toEqual({ ok: false, error: { code: 'conflict' } });
    const problems = [{ index: 4, code: 'character-missing', character: '🍵' }];
    const atFault = jobsWith(() => Response.json({ error: { code: 'bad-request' }, problems }, { status: 400 }));
    expect(await atFault.jobs.add(draft)).toEqual({ ok: false, error: { code: 'bad-request', problems } });
    const strange = jobsWith(() => Response.json({ hello: 1 }));
    expect(await strange.jobs.job(jobId)).toEqual({ ok: false, error: { code: 'internal' } });
    const page = jobsWith(() => new Response('<html>'));
    expect(await page.jobs.job(jobId)).toEqual({ ok: false, error: { code: 'offline' } });
  });
});
