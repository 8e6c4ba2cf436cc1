import { describe, expect, test } from 'vitest';
import { maxExportBytes } from '#schemas/export/export-file.ts';
import { type ExportStep, linesIn, uploadExport } from './export-upload.ts';

const report = {
  type: 'report',
  tillNumber: 3,
  tillName: 'Tablet',
  madeAtMs: 1,
  entries: 2,
  added: 2,
  known: 0,
  refusedCount: 0,
  refused: [],
  revokedAtMs: null,
  afterRevocation: 0,
  missing: 0,
  missingRanges: [],
  lastSequence: 2,
};
const lines = (...answer: unknown[]) => answer.map((line) => `${JSON.stringify(line)}\n`).join('');

/** A request whose answer comes in pieces; `status` 0: the line was cut. */
function answering(status: number, pieces: string[]): XMLHttpRequest {
  const request = {
    status,
    responseText: '',
    upload: {} as { onprogress?: (event: { loaded: number; total: number }) => void },
    open: () => undefined,
    setRequestHeader: () => undefined,
    send: () => {
      request.upload.onprogress?.({ loaded: 1, total: 4 });
      for (const piece of pieces) {
        request.responseText += piece;
        request.onprogress();
      }
      if (status === 0) request.onerror();
      else request.onload();
    },
    onprogress: () => undefined,
    onload: () => undefined,
    onerror: () => undefined,
  };
  return request as unknown as XMLHttpRequest;
}

async function upload(status: number, ...pieces: string[]) {
  const steps: ExportStep[] = [];
  const outcome = await uploadExport('camden', new Blob(['x']), (step) => steps.push(step), answering(status, pieces));
  return { outcome, steps };
}

describe('an emergency export on its way', () => {
  test('tells how far it is and what became of it, however the answer is cut into pieces', async () => {
    const answer = lines({ type: 'progress', done: 0, of: 2 }, { type: 'progress', done: 1, of: 2 }, report);
    const { outcome, steps } = await upload(200, answer.slice(0, 20), answer.slice(20, 60), answer.slice(60));
    expect(outcome).toEqual({ type: 'loaded', report });
    expect(steps).toEqual([
      { type: 'sending', part: 0.25 },
      { type: 'posting', done: 0, of: 2 },
    ]);
    expect(linesIn(answer)).toHaveLength(3);
  });

  test('that is refused says why', async () => {
    const refused = { type: 'refused', code: 'wrong-store', storeName: 'Leith', tillNumber: 2 };
    expect((await upload(422, lines(refused))).outcome).toEqual(refused);
    expect((await upload(413, '')).outcome).toEqual({ type: 'too-large' });
    const unauthorized = JSON.stringify({ error: { code: 'unauthorized' } });
    expect((await upload(401, unauthorized)).outcome).toEqual({ type: 'failed', code: 'unauthorized' });
    expect((await upload(502, '<html>')).outcome).toEqual({ type: 'failed', code: 'internal' });
  });

  test('that was cut off is told from one that never arrived', async () => {
    const begun = lines({ type: 'progress', done: 0, of: 2 });
    expect((await upload(0, begun)).outcome).toEqual({ type: 'interrupted' });
    expect((await upload(200, begun)).outcome).toEqual({ type: 'interrupted' });
    expect((await upload(0)).outcome).toEqual({ type: 'failed', code: 'offline' });
  });

  test('that is too large is not sent at all', async () => {
    const file = { size: maxExportBytes + 1 } as Blob;
    expect(await uploadExport('camden', file, () => undefined, answering(200, []))).toEqual({ type: 'too-large' });
  });
});
