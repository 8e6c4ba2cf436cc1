// The camera's stream: opening it and its light. Torch and focus are of the Image Capture extensions, which
// TypeScript's DOM types lack.
import { fail, ok, type Result } from '#schemas/result.ts';
import { type CameraError, cameraError } from './camera-error.ts';

interface PhotoSettings {
  torch?: boolean;
  focusMode?: string;
}
type PhotoCapabilities = MediaTrackCapabilities & { torch?: boolean; focusMode?: readonly string[] };

/** Opens the camera `deviceId`, else the one that looks away from the person. Nothing stays open after a failure. */
export async function openStream(deviceId: string | undefined): Promise<Result<MediaStream, CameraError>> {
  if (!window.isSecureContext || navigator.mediaDevices === undefined) return fail({ code: 'camera-insecure' });
  const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
  const which = deviceId === undefined ? { facingMode: { ideal: 'environment' } } : { deviceId: { exact: deviceId } };
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { ...size, ...which }, audio: false });
    await focusOnLabels(stream);
    return ok(stream);
  } catch (thrown) {
    return fail(cameraError(thrown));
  }
}

export function stopStream(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

export function hasTorch(stream: MediaStream): boolean {
  return capabilitiesOf(stream).torch === true;
}

/** Whether the light is now as asked. */
export async function setTorch(stream: MediaStream, isOn: boolean): Promise<boolean> {
  return hasTorch(stream) && (await applySettings(stream, { torch: isOn }));
}

async function focusOnLabels(stream: MediaStream): Promise<void> {
  // A camera left at a fixed focus never gets a label sharp. One that refuses is used as it is.
  if (capabilitiesOf(stream).focusMode?.includes('continuous'))
    await applySettings(stream, { focusMode: 'continuous' });
}

function capabilitiesOf(stream: MediaStream): PhotoCapabilities {
  // Firefox has no `getCapabilities`.
  return stream.getVideoTracks()[0]?.getCapabilities?.() ?? {};
}

async function applySettings(stream: MediaStream, settings: PhotoSettings): Promise<boolean> {
  try {
    await stream.getVideoTracks()[0]?.applyConstraints({ advanced: [settings as MediaTrackConstraintSet] });
    return true;
  } catch {
    return false;
  }
}
