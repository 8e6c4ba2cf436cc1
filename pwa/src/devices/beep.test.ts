import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startBeeper } from './beep.ts';

class FakeWindow extends EventTarget {
  readonly navigator: { vibrate?: (pattern: number[]) => boolean } = {};
}
const start = (window: FakeWindow) => startBeeper(window as unknown as Window);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the beeper', () => {
  test('opens the sound device after the first gesture, not within it, and once', () => {
    const opened = vi.fn();
    vi.stubGlobal(
      'AudioContext',
      class {
        state = 'suspended';
        resume = () => Promise.resolve();
        constructor() {
          opened();
        }
      },
    );
    const window = new FakeWindow();
    start(window);
    expect(opened).not.toHaveBeenCalled();
    window.dispatchEvent(new Event('pointerdown'));
    expect(opened).not.toHaveBeenCalled();
    window.dispatchEvent(new Event('keydown'));
    vi.runAllTimers();
    window.dispatchEvent(new Event('keydown'));
    vi.runAllTimers();
    expect(opened).toHaveBeenCalledTimes(1);
  });

  test('a beeper that was stopped before the device was open leaves it closed', () => {
    const opened = vi.fn();
    vi.stubGlobal('AudioContext', opened);
    const window = new FakeWindow();
    const beeper = start(window);
    window.dispatchEvent(new Event('pointerdown'));
    beeper.stop();
    vi.runAllTimers();
    expect(opened).not.toHaveBeenCalled();
  });

  test('vibrates, differently for taken and for look here', () => {
    const window = new FakeWindow();
    const patterns: number[][] = [];
    window.navigator.vibrate = (pattern) => patterns.push(pattern) > 0;
    const beeper = start(window);
    beeper.ok();
    beeper.error();
    expect(patterns).toHaveLength(2);
    expect(patterns[0]).not.toEqual(patterns[1]);
  });

  test('what sounds already is not begun anew; another result is heard at once', () => {
    const window = new FakeWindow();
    let times = 0;
    window.navigator.vibrate = () => ++times > 0;
    const beeper = start(window);
    for (let left = 10; left > 0; left--) {
      beeper.ok();
      vi.advanceTimersByTime(20);
    }
    expect(times).toBe(4);
    beeper.again();
    beeper.ok();
    expect(times).toBe(6);
  });

  test('never throws: no sound device, no vibration, a device that breaks', () => {
    const window = new FakeWindow();
    const beeper = start(window);
    window.dispatchEvent(new Event('pointerdown'));
    vi.runAllTimers();
    expect(() => beeper.ok()).not.toThrow();
    window.navigator.vibrate = () => {
      throw new Error('not now');
    };
    expect(() => beeper.error()).not.toThrow();
    expect(() => beeper.stop()).not.toThrow();
  });
});
