import type { CodeText } from '#pwa/components/code-text.ts';
import { m } from '#pwa/paraglide/messages.js';
import type { ShelfNotice } from '#pwa/state/shelf-labels.svelte.ts';
import { commissionText } from '../label/commission-text.ts';

/** What came of choosing or printing labels of the shelf, and what to do. */
export function shelfText(notice: ShelfNotice): CodeText {
  const { code, text, count } = notice;
  switch (code) {
    case 'place':
      return count > 0
        ? { title: m.shelf_place_added({ place: text, count }), advice: '' }
        : { title: m.shelf_place_none({ place: text }), advice: m.shelf_place_none_advice() };
    case 'changed':
      return count > 0
        ? { title: m.shelf_changed_added({ count }), advice: '' }
        : { title: m.shelf_changed_none(), advice: m.shelf_changed_none_advice() };
    case 'done':
      return { title: m.shelf_done({ count }), advice: '' };
    case 'stopped':
      return { title: m.shelf_stopped({ count }), advice: m.shelf_stopped_advice() };
    case 'no-price':
      return { title: m.shelf_no_price({ name: text }), advice: m.shelf_no_price_advice() };
    case 'print-unknown':
      return { title: m.label_print_unknown(), advice: m.shelf_unknown_advice() };
    case 'offline':
      return { title: m.label_print_offline(), advice: m.shelf_offline_advice() };
    case 'print-failed':
      return { title: m.label_print_failed(), advice: m.shelf_failed_advice() };
    default:
      return commissionText({ code, text, problem: notice.problem });
  }
}

export function isGoodNotice({ code, count }: ShelfNotice): boolean {
  return code === 'done' || ((code === 'place' || code === 'changed') && count > 0);
}
