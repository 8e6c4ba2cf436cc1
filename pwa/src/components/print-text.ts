import { m } from '#pwa/paraglide/messages.js';

const stateTexts: Readonly<Record<string, () => string>> = {
  queued: m.print_queued,
  printing: m.print_printing,
  paused: m.print_paused,
  blocked: m.print_blocked,
  unknown: m.print_unknown,
  printed: m.print_printed,
  cancelled: m.print_cancelled,
};

/** Where a job stands; a state of a newer server is shown as it is. */
export function jobStateText(state: string): string {
  return stateTexts[state]?.() ?? state;
}

const troubleTexts: Readonly<Record<string, () => string>> = {
  unreachable: m.print_trouble_unreachable,
  'no-answer': m.print_trouble_no_answer,
  'label-unprintable': m.print_trouble_label_unprintable,
  'paper-out': m.print_trouble_paper_out,
  'head-open': m.print_trouble_head_open,
  jam: m.print_trouble_jam,
  'ribbon-out': m.print_trouble_ribbon_out,
  paused: m.print_trouble_paused,
  other: m.print_trouble_other,
};

/** What keeps a printer from printing, and what to do. */
export function printTroubleText(trouble: string): string {
  return troubleTexts[trouble]?.() ?? trouble;
}
