import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

/** What keeps a browser under test to itself: no sandbox (it may run as root), no talk with its maker. */
export const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** The program that the set-up found (ONECODE_CHROMIUM), one of the usual places, else Playwright's own. */
export function chromiumProgram(): string {
  const named = process.env.ONECODE_CHROMIUM;
  if (named) return named;
  const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  return usual.find((program) => existsSync(program)) ?? chromium.executablePath();
}
