import { m } from '#pwa/paraglide/messages.js';
import { type LocaleCode, localeCodes } from '#schemas/text.ts';

/** The languages that the till speaks, each by its own name; empty: whatever the tablet is set to. */
export function localeChoices(): { value: string; text: string }[] {
  const names = localeCodes.map((code: LocaleCode) => ({ value: code, text: m.language_name({}, { locale: code }) }));
  return [{ value: '', text: m.person_language_device() }, ...names];
}
