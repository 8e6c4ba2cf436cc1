import { startBeeper } from '../devices/beep.ts';
import { App } from './app.svelte.ts';
import { browserStorage } from './browser-storage.ts';
import type { TillDoor } from './till-door.ts';

const baseUrl = location.origin;

/** The real till. Its code is loaded while the shell is drawn already, and not at all by the manager's pages. */
const door: TillDoor = {
  async identity() {
    const { loadIdentity } = await import('../db/identity.ts');
    return loadIdentity();
  },
  async pair(code, deviceName) {
    const { pair } = await import('../db/identity.ts');
    return pair({ baseUrl, code, deviceName });
  },
  async own(takeOver) {
    const { ownTill, takeOverTill } = await import('../db/till-lock.ts');
    return takeOver ? takeOverTill({ force: true }) : ownTill();
  },
  async open(identity, ownership) {
    const { openTill } = await import('../db/till.ts');
    return openTill({ identity, ownership, baseUrl });
  },
};

const beeper = startBeeper(window);

export const app = new App({
  door,
  storage: browserStorage('localStorage'),
  tabStorage: browserStorage('sessionStorage'),
  languages: navigator.languages,
  newId: () => crypto.randomUUID(),
  nowMs: () => Date.now(),
  signal: (sound) => (sound === 'good' ? beeper.ok() : beeper.error()),
  reload: () => location.reload(),
});
