import { describe, expect, test } from 'vitest';
import { cameraError } from './camera-error.ts';

describe('camera errors are codes that a screen can explain', () => {
  test.each([
    ['NotAllowedError', 'camera-denied'],
    ['SecurityError', 'camera-denied'],
    ['NotFoundError', 'camera-missing'],
    ['OverconstrainedError', 'camera-missing'],
    ['NotReadableError', 'camera-busy'],
    ['AbortError', 'camera-busy'],
  ])('%s is %s', (name, code) => {
    expect(cameraError(new DOMException('', name))).toEqual({ code });
  });

  test('browsers that hide the camera from an insecure page throw a TypeError', () => {
    expect(cameraError(new TypeError('undefined is not an object'))).toEqual({ code: 'camera-insecure' });
  });

  test('whatever else is thrown is a camera that did not start', () => {
    for (const thrown of [undefined, null, 'no', {}]) expect(cameraError(thrown)).toEqual({ code: 'camera-busy' });
  });
});
