import type { ExceptionItem } from '#schemas/api/exceptions.ts';
import { shiftExceptionCodes } from '#schemas/shift/shift-exceptions.ts';

/** What is about a drawer leads to its shift, or to all of them where it belongs to none. */
export function shiftHref({
  code,
  subject,
  entryId,
}: Pick<ExceptionItem, 'code' | 'subject' | 'entryId'>): string | null {
  if (!(shiftExceptionCodes as readonly string[]).includes(code)) return null;
  const shiftId = code === 'shift-open-already' ? entryId : subject;
  return shiftId === '' ? '/manage/shifts' : `/manage/shifts/${shiftId}`;
}
