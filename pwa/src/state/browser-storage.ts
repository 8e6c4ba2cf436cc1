import { MemoryStorage } from './memory-storage.ts';

/** The browser's storage, or one in memory where it is switched off: the screens work, a reload forgets. */
export function browserStorage(name: 'localStorage' | 'sessionStorage'): Storage {
  try {
    const storage = window[name];
    storage.getItem('onecode-preferences');
    return storage;
  } catch (error) {
    console.warn(`${name} is switched off`, error);
    return new MemoryStorage();
  }
}
