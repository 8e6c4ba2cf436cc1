import { allows, type Limits, limitsOfRole, type MeasuredRight } from '#schemas/policy/limits.ts';
import type { StaffRow } from '#schemas/rows/staff.ts';

type Row = Pick<StaffRow, 'rights' | 'limits'>;

/** How much somebody may do alone; by their rights where the list is from before there were limits. */
export function limitsOfRow({ rights, limits }: Row): Limits {
  return limits ?? limitsOfRole((right) => rights.includes(right), {}, '');
}

/** [A1] Whether somebody on the staff list may do it alone. */
export function rowAllows(row: Row, need: MeasuredRight): boolean {
  return allows((right) => row.rights.includes(right), limitsOfRow(row), need);
}
