import { type ExportLine, type ExportReport, exportLineSchema } from '#schemas/api/exports.ts';
import { requestedByHeader } from '#schemas/api/session.ts';
import { type ExportFault, maxExportBytes } from '#schemas/export/export-file.ts';
import { apiErrorSchema } from '#schemas/sync/protocol.ts';
import type { ApiFailure } from './office-api.ts';

/** How far it is: the file on its way, then its entries. */
export type ExportStep = { type: 'sending'; part: number } | { type: 'posting'; done: number; of: number };
export type ExportOutcome =
  | { type: 'loaded'; report: ExportReport }
  | { type: 'refused'; code: ExportFault; storeName: string | null; tillNumber: number | null }
  | { type: 'interrupted' }
  | { type: 'too-large' }
  | { type: 'failed'; code: ApiFailure['code'] };

/**
 * Sends an emergency export and follows how it is loaded. An XMLHttpRequest, as `fetch` tells nothing of how much of a body
 * has been sent. Sending the same file again is safe.
 */
export function uploadExport(
  storeId: string,
  file: Blob,
  onStep: (step: ExportStep) => void,
  request = new XMLHttpRequest(),
): Promise<ExportOutcome> {
  if (file.size > maxExportBytes) return Promise.resolve({ type: 'too-large' });
  return new Promise((resolve) => {
    request.open('POST', `/api/stores/${storeId}/exports`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.setRequestHeader(requestedByHeader, '1');
    request.upload.onprogress = ({ loaded, total }) =>
      onStep({ type: 'sending', part: total > 0 ? loaded / total : 0 });
    request.onprogress = () => {
      const line = linesIn(request.responseText).at(-1);
      if (line?.type === 'progress') onStep({ type: 'posting', done: line.done, of: line.of });
    };
    const cut: ExportOutcome = { type: 'failed', code: 'offline' };
    request.onerror = () => resolve(request.responseText === '' ? cut : { type: 'interrupted' });
    request.onload = () => resolve(outcomeOf(request.status, request.responseText));
    request.send(file);
  });
}

function outcomeOf(status: number, answer: string): ExportOutcome {
  if (status === 413) return { type: 'too-large' };
  if (status !== 200 && status !== 422) {
    const refusal = apiErrorSchema.safeParse(jsonOf(answer));
    return { type: 'failed', code: refusal.success ? refusal.data.error.code : 'internal' };
  }
  const line = linesIn(answer).at(-1);
  if (line?.type === 'report') return { type: 'loaded', report: line };
  return line?.type === 'refused' ? line : { type: 'interrupted' };
}

/** The whole lines of an answer so far. */
export function linesIn(answer: string): ExportLine[] {
  const whole = answer.slice(0, answer.lastIndexOf('\n') + 1).split('\n');
  return whole.flatMap((line) => {
    const read = exportLineSchema.safeParse(jsonOf(line));
    return read.success ? [read.data] : [];
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
