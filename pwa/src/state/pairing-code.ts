import { tidyPairingCode } from '#schemas/sync/pairing.ts';

/** The code in what was typed, scanned or given in the address: the QR holds `…/pair?code=…`. Empty when there is none. */
export function codeIn(scanned: string): string {
  const parameter = /[?&]code=([^&#\s]+)/.exec(scanned)?.[1];
  const tidy = tidyPairingCode(parameter ?? scanned);
  return /^[0-9A-Z]{8}$/.test(tidy) ? tidy : '';
}

/** In two groups of four, as it is printed. */
export function shownCode(code: string): string {
  return code.length > 4 ? `${code.slice(0, 4)} ${code.slice(4)}` : code;
}

const systems = [
  [/iPad/, 'iPad'],
  [/iPhone/, 'iPhone'],
  [/Android.*Mobile/, 'Android phone'],
  [/Android/, 'Android tablet'],
  [/CrOS/, 'Chromebook'],
  [/Windows/, 'Windows'],
  [/Macintosh/, 'Mac'],
  [/Linux/, 'Linux'],
] as const;

/** What a manager recognises the tablet by; nothing that identifies a person. */
export function deviceName(userAgent: string): string {
  const system = systems.find(([pattern]) => pattern.test(userAgent))?.[1] ?? 'Browser';
  const browser = /Edg\//.test(userAgent)
    ? 'Edge'
    : /Firefox\//.test(userAgent)
      ? 'Firefox'
      : /Chrome\//.test(userAgent)
        ? 'Chrome'
        : /Safari\//.test(userAgent)
          ? 'Safari'
          : null;
  return browser === null ? system : `${system} · ${browser}`;
}
