// Scanning with the camera: one session from opening to closing, over app switches and changes of camera.

import { unreachable } from '#schemas/assert.ts';
import { fail, ok, type Result } from '#schemas/result.ts';
import type { CameraError } from './camera-error.ts';
import { hasTorch, openStream, setTorch, stopStream } from './camera-stream.ts';
import type { CodeFormat } from './decoder.ts';
import { startFramePump } from './frame-pump.ts';

export interface CameraOptions {
  /** Shows the picture; must be in the document and have `playsinline` and `muted`, or iOS takes the whole screen. */
  readonly video: HTMLVideoElement;
  /** One of `cameras()`, kept by the caller from last time; else the camera that looks away from the person. */
  readonly deviceId?: string;
  /** Each scan once: the raw text for `parseScan`, and its symbology. */
  readonly onCode: (rawText: string, format: CodeFormat) => void;
  /** The picture was lost while open (camera unplugged, taken by another app) and did not come back. */
  readonly onLost?: (error: CameraError) => void;
}

export interface Camera {
  readonly deviceId: string;
  /** Empty until the camera has been allowed. */
  readonly label: string;
}

export interface CameraSession {
  /** Whether the camera of this moment has a light that can be switched. */
  readonly hasTorch: boolean;
  /** The camera of this moment, to be kept for the next session. */
  readonly deviceId: string | undefined;
  /** Whether the light is now as asked. */
  torch(isOn: boolean): Promise<boolean>;
  cameras(): Promise<readonly Camera[]>;
  /** After a failure the camera from before is tried again, so that a wrong choice does not end the session. */
  switchTo(deviceId: string): Promise<Result<void, CameraError>>;
  close(): void;
}

/** `starting` while a stream is asked for; `hidden` while the page is in the background and the camera is let go. */
type SessionState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'live'; readonly stream: MediaStream }
  | { readonly kind: 'hidden' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'closed' };

/** Opens the camera and scans with it until `close()`. Asks for permission where it has not been given. */
export async function openCamera(options: CameraOptions): Promise<Result<CameraSession, CameraError>> {
  const session = new LiveSession(options);
  const started = await session.start(options.deviceId);
  if (started.ok) return ok(session);
  // A camera remembered from last time may be gone: any other is better than none.
  const isOtherWorthTrying = options.deviceId !== undefined && started.error.code === 'camera-missing';
  const retried = isOtherWorthTrying ? await session.start(undefined) : started;
  if (retried.ok) return ok(session);
  session.close();
  return fail(retried.error);
}

class LiveSession implements CameraSession {
  readonly #options: CameraOptions;
  readonly #stopPump: () => void;
  #state: SessionState = { kind: 'starting' };
  #deviceId: string | undefined;
  /** Counts the streams asked for: an answer to an older question is let go. */
  #asked = 0;

  constructor(options: CameraOptions) {
    this.#options = options;
    const pump = startFramePump(options.video, () => this.#state.kind === 'live', options.onCode);
    const onVisibility = () => this.#onVisibility();
    document.addEventListener('visibilitychange', onVisibility);
    this.#stopPump = () => {
      pump.stop();
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }

  get hasTorch(): boolean {
    return this.#state.kind === 'live' && hasTorch(this.#state.stream);
  }

  get deviceId(): string | undefined {
    return this.#deviceId;
  }

  async torch(isOn: boolean): Promise<boolean> {
    return this.#state.kind === 'live' && (await setTorch(this.#state.stream, isOn));
  }

  async cameras(): Promise<readonly Camera[]> {
    const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    const cameras = devices.filter((device) => device.kind === 'videoinput' && device.deviceId !== '');
    return cameras.map(({ deviceId, label }) => ({ deviceId, label }));
  }

  async switchTo(deviceId: string): Promise<Result<void, CameraError>> {
    const before = this.#deviceId;
    const switched = await this.start(deviceId);
    if (!switched.ok && this.#state.kind !== 'closed') await this.start(before);
    return switched;
  }

  close(): void {
    this.#letGo();
    this.#state = { kind: 'closed' };
    this.#stopPump();
  }

  async start(deviceId: string | undefined): Promise<Result<void, CameraError>> {
    if (this.#state.kind === 'closed') return fail({ code: 'camera-missing' });
    // Phones have one camera pipeline: the old stream must end before another camera opens.
    this.#letGo();
    this.#asked += 1;
    const asked = this.#asked;
    this.#state = { kind: 'starting' };
    const opened = await openStream(deviceId);
    if (asked !== this.#asked) {
      // Closed, hidden or switched meanwhile.
      if (opened.ok) stopStream(opened.value);
      return ok(undefined);
    }
    if (!opened.ok) {
      this.#state = { kind: 'lost' };
      return opened;
    }
    this.#show(opened.value);
    return ok(undefined);
  }

  #show(stream: MediaStream): void {
    const track = stream.getVideoTracks()[0];
    this.#deviceId = track?.getSettings().deviceId ?? this.#deviceId;
    this.#state = { kind: 'live', stream };
    // Unplugged, or taken away by the system: iOS does so at an incoming call.
    track?.addEventListener('ended', () => this.#onEnded(stream));
    this.#options.video.srcObject = stream;
    this.#options.video.play().catch((error: unknown) => console.debug('the camera picture waits for a touch', error));
  }

  #letGo(): void {
    this.#asked += 1;
    if (this.#state.kind === 'live') stopStream(this.#state.stream);
    this.#options.video.srcObject = null;
  }

  #onEnded(stream: MediaStream): void {
    if (this.#state.kind === 'live' && this.#state.stream === stream) this.#restart();
  }

  #onVisibility(): void {
    switch (this.#state.kind) {
      case 'closed':
        return;
      case 'starting':
      case 'live':
        if (document.visibilityState === 'visible') return;
        this.#letGo();
        this.#state = { kind: 'hidden' };
        return;
      case 'hidden':
      case 'lost':
        if (document.visibilityState === 'visible') this.#restart();
        return;
      default:
        unreachable(this.#state);
    }
  }

  #restart(): void {
    this.start(this.#deviceId).then((result) => {
      if (!result.ok) this.#options.onLost?.(result.error);
    }, console.error);
  }
}
