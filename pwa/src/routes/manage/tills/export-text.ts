import { apiErrorText, type CodeText } from '#pwa/components/code-text.ts';
import { bytesText } from '#pwa/components/time-text.ts';
import { m } from '#pwa/paraglide/messages.js';
import type { ExportOutcome } from '#pwa/state/export-upload.ts';
import { type ExportFault, maxExportBytes } from '#schemas/export/export-file.ts';

type Refused = Extract<ExportOutcome, { type: 'refused' }>;

const faultTexts: Record<ExportFault, (refused: Refused) => CodeText> = {
  'not-an-export': () => ({ title: m.export_fault_not_an_export(), advice: m.export_fault_not_an_export_advice() }),
  'newer-version': () => ({ title: m.export_fault_newer_version(), advice: m.export_fault_newer_version_advice() }),
  'cut-short': () => ({ title: m.export_fault_cut_short(), advice: m.export_fault_cut_short_advice() }),
  changed: () => ({ title: m.export_fault_changed(), advice: m.export_fault_changed_advice() }),
  'wrong-store': ({ storeName }) => ({
    title: m.export_fault_wrong_store({ store: storeName ?? '–' }),
    advice: m.export_fault_wrong_store_advice(),
  }),
  'other-key': () => ({ title: m.export_fault_other_key(), advice: m.export_fault_other_key_advice() }),
  'unknown-till': ({ tillNumber }) => ({
    title: m.export_fault_unknown_till({ number: tillNumber ?? 0 }),
    advice: m.export_fault_unknown_till_advice(),
  }),
};

/** Why a file was not loaded, or not to its end. */
export function exportOutcomeText(
  outcome: Exclude<ExportOutcome, { type: 'loaded' }>,
  locale: string,
): CodeText & { code: string } {
  switch (outcome.type) {
    case 'refused':
      return { ...faultTexts[outcome.code](outcome), code: outcome.code };
    case 'failed':
      return { ...apiErrorText(outcome.code), code: outcome.code };
    case 'too-large': {
      const size = bytesText(maxExportBytes, locale);
      return { title: m.export_too_large(), advice: m.export_too_large_advice({ size }), code: 'too-large' };
    }
    case 'interrupted':
      return { title: m.export_interrupted(), advice: m.export_interrupted_advice(), code: 'interrupted' };
  }
}
