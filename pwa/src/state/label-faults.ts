import type { LabelAtFault } from '#printing/label/problems.ts';
import type { LabelProblemView } from '#schemas/api/printing.ts';
import type { Label } from '#schemas/label/label.ts';

const faultCodes: readonly LabelAtFault['code'][] = [
  'code-not-encodable',
  'code-does-not-fit',
  'text-does-not-fit',
  'character-missing',
];

/**
 * The first of the labels that cannot be printed, named, with how many more there are; null: all can be. `before`: labels of
 * the job before the first of `labels`.
 */
export function faultNotice(
  faults: readonly LabelProblemView[],
  labels: readonly Label[],
  before: number,
): { code: LabelAtFault['code'] | 'print-failed'; text: string } | null {
  const [fault, ...others] = faults;
  if (fault === undefined) return null;
  const label = labels[fault.index];
  const what = [label?.name ?? '', label?.serial ?? '', fault.character ?? ''].filter((text) => text !== '');
  const more = others.length > 0 ? ` (+${others.length})` : '';
  const code = faultCodes.find((known) => known === fault.code) ?? 'print-failed';
  return { code, text: `${before + fault.index + 1}: ${what.join(' ')}${more}` };
}
