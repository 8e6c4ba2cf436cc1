export type DeviceKind = 'ipad' | 'android' | 'windows' | 'macos' | 'chromebook';

/** Which steps to show first; the others stay a tap away, as a browser may say it is another. */
export function deviceKind(userAgent: string, touchPoints: number): DeviceKind {
  if (/CrOS/.test(userAgent)) return 'chromebook';
  if (/Android/.test(userAgent)) return 'android';
  if (/iPhone|iPad|iPod/.test(userAgent)) return 'ipad';
  // An iPad calls itself a Mac, but no Mac has a touch screen.
  if (/Macintosh/.test(userAgent)) return touchPoints > 1 ? 'ipad' : 'macos';
  return 'windows';
}
