/**
 * Why there is no camera picture:
 * - `camera-denied`: the person or a policy refused it; only the browser's settings help.
 * - `camera-missing`: there is none (any more).
 * - `camera-busy`: another program holds it, or it failed to start.
 * - `camera-insecure`: the page is not served over HTTPS or from localhost, so browsers hide the camera.
 */
export type CameraError = { code: 'camera-denied' | 'camera-missing' | 'camera-busy' | 'camera-insecure' };

/** What `getUserMedia` rejected with (Media Capture and Streams, section 10.2), as our code. */
export function cameraError(thrown: unknown): CameraError {
  switch ((thrown as { name?: unknown } | null)?.name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return { code: 'camera-denied' };
    case 'NotFoundError':
    case 'OverconstrainedError':
      return { code: 'camera-missing' };
    case 'TypeError':
      return { code: 'camera-insecure' };
    default:
      return { code: 'camera-busy' };
  }
}
