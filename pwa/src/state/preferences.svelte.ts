import { type LocaleCode, localeCodes } from '#schemas/text.ts';
import { type ScaleProtocolName, scaleProtocolNames } from '../devices/scale/scale-protocols.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];
export const idleChoicesMinutes = [1, 2, 5, 10, 30] as const;

const storageKey = 'onecode-preferences';

/** The best of our languages for what a browser asks for: Taiwan, Hong Kong and Macau write traditional characters. */
export function localeFor(wanted: readonly string[]): LocaleCode {
  return wanted.map(localeOf).find((locale) => locale !== null) ?? 'en';
}

function localeOf(tag: string): LocaleCode | null {
  const lower = tag.toLowerCase();
  if (/^zh-hans\b/.test(lower)) return 'zh-Hans';
  if (/^zh\b.*\b(hant|tw|hk|mo)\b/.test(lower)) return 'zh-Hant';
  if (/^zh\b/.test(lower)) return 'zh-Hans';
  return /^en\b/.test(lower) ? 'en' : null;
}

function pick<Value>(choices: readonly Value[], value: unknown): Value | null {
  return choices.includes(value as Value) ? (value as Value) : null;
}

function readStored(storage: Storage): Record<string, unknown> {
  try {
    const stored: unknown = JSON.parse(storage.getItem(storageKey) ?? '{}');
    return typeof stored === 'object' && stored !== null ? (stored as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** How this tablet likes to look and sound. Kept on the device, for whoever stands at it. */
export class Preferences {
  readonly #storage: Storage;
  readonly #browserLanguages: readonly string[];
  #locale = $state<LocaleCode>('en');
  #theme = $state<Theme>('system');
  #idleMinutes = $state(5);
  #sound = $state(true);
  #rfidBridgeUrl = $state('');
  #scaleProtocol = $state<ScaleProtocolName | null>(null);

  constructor(storage: Storage, browserLanguages: readonly string[]) {
    this.#storage = storage;
    this.#browserLanguages = browserLanguages;
    const stored = readStored(storage);
    this.#locale = pick(localeCodes, stored.locale) ?? localeFor(browserLanguages);
    this.#theme = pick(themes, stored.theme) ?? 'system';
    this.#idleMinutes = pick<number>(idleChoicesMinutes, stored.idleMinutes) ?? 5;
    this.#sound = stored.sound !== false;
    this.#scaleProtocol = pick(scaleProtocolNames, stored.scaleProtocol);
    this.#rfidBridgeUrl = typeof stored.rfidBridgeUrl === 'string' ? stored.rfidBridgeUrl : '';
  }

  get locale(): LocaleCode {
    return this.#locale;
  }
  set locale(locale: LocaleCode) {
    this.#locale = locale;
    this.#keep();
  }

  /** For dates and times: the region's way of writing the chosen language, British and not American for instance. */
  get formatLocale(): string {
    return this.#browserLanguages.find((tag) => localeOf(tag) === this.#locale) ?? this.#locale;
  }

  get theme(): Theme {
    return this.#theme;
  }
  set theme(theme: Theme) {
    this.#theme = theme;
    this.#keep();
  }

  get idleMinutes(): number {
    return this.#idleMinutes;
  }
  set idleMinutes(minutes: number) {
    this.#idleMinutes = minutes;
    this.#keep();
  }

  get sound(): boolean {
    return this.#sound;
  }
  set sound(on: boolean) {
    this.#sound = on;
    this.#keep();
  }

  /** Where the program beside the RFID reader listens; empty: there is none. */
  get rfidBridgeUrl(): string {
    return this.#rfidBridgeUrl;
  }
  set rfidBridgeUrl(url: string) {
    this.#rfidBridgeUrl = url;
    this.#keep();
  }

  /** What the scale on this device speaks; null: there is none. */
  get scaleProtocol(): ScaleProtocolName | null {
    return this.#scaleProtocol;
  }
  set scaleProtocol(protocol: ScaleProtocolName | null) {
    this.#scaleProtocol = protocol;
    this.#keep();
  }

  #keep(): void {
    const { locale, theme, idleMinutes, sound, rfidBridgeUrl, scaleProtocol } = this;
    this.#storage.setItem(
      storageKey,
      JSON.stringify({ locale, theme, idleMinutes, sound, rfidBridgeUrl, scaleProtocol }),
    );
  }
}
