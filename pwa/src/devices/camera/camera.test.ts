import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type CameraSession, openCamera } from './camera.ts';

class FakeTrack extends EventTarget {
  isStopped = false;
  readonly deviceId: string;

  constructor(deviceId: string) {
    super();
    this.deviceId = deviceId;
  }

  stop(): void {
    this.isStopped = true;
  }

  getSettings() {
    return { deviceId: this.deviceId };
  }

  getCapabilities() {
    return { torch: this.deviceId === 'rear' };
  }

  applyConstraints(): Promise<void> {
    return Promise.resolve();
  }
}

class FakeDocument extends EventTarget {
  visibilityState = 'visible';

  show(isVisible: boolean): void {
    this.visibilityState = isVisible ? 'visible' : 'hidden';
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

let tracks: FakeTrack[];
let failures: string[];
let page: FakeDocument;
const video = { srcObject: null as unknown, play: () => Promise.resolve() };

function getUserMedia({ video: wanted }: { video: { deviceId?: { exact: string } } }): Promise<unknown> {
  const failure = failures.shift();
  if (failure !== undefined && failure !== '') return Promise.reject(new DOMException('', failure));
  const track = new FakeTrack(wanted.deviceId?.exact ?? 'rear');
  tracks.push(track);
  return Promise.resolve({ getTracks: () => [track], getVideoTracks: () => [track] });
}

beforeEach(() => {
  tracks = [];
  failures = [];
  page = new FakeDocument();
  vi.stubGlobal('window', { isSecureContext: true });
  vi.stubGlobal('document', page);
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia } });
  vi.stubGlobal('requestAnimationFrame', () => 0);
  vi.stubGlobal(
    'Worker',
    class {
      terminate(): boolean {
        return true;
      }
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
const lost = vi.fn();
const open = (deviceId?: string) =>
  openCamera({
    video: video as unknown as HTMLVideoElement,
    onCode: () => undefined,
    onLost: lost,
    ...(deviceId === undefined ? {} : { deviceId }),
  });

async function opened(): Promise<CameraSession> {
  const result = await open();
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

describe('a camera session', () => {
  test('lets the camera go while the page is hidden and takes it again after', async () => {
    const session = await opened();
    expect([session.hasTorch, await session.torch(true)]).toEqual([true, true]);
    page.show(false);
    expect(tracks.map((track) => track.isStopped)).toEqual([true]);
    expect([session.hasTorch, video.srcObject]).toEqual([false, null]);
    page.show(true);
    await settled();
    expect(tracks.map((track) => track.isStopped)).toEqual([true, false]);
    session.close();
  });

  test('hidden while it is asked for: what comes is let go, and asked for again', async () => {
    const opening = open();
    page.show(false);
    const result = await opening;
    expect(tracks.map((track) => track.isStopped)).toEqual([true]);
    page.show(true);
    await settled();
    expect(tracks.map((track) => track.isStopped)).toEqual([true, false]);
    if (result.ok) result.value.close();
  });

  test('closing stops the camera for good', async () => {
    const session = await opened();
    session.close();
    page.show(false);
    page.show(true);
    await settled();
    expect(tracks.map((track) => track.isStopped)).toEqual([true]);
    expect((await session.switchTo('front')).ok).toBe(false);
    expect(tracks).toHaveLength(1);
  });

  test('switching stops one camera before it opens the other; a wrong choice keeps the old one', async () => {
    const session = await opened();
    expect((await session.switchTo('front')).ok).toBe(true);
    expect([session.deviceId, session.hasTorch]).toEqual(['front', false]);
    failures = ['NotReadableError'];
    expect(await session.switchTo('rear')).toEqual({ ok: false, error: { code: 'camera-busy' } });
    expect(session.deviceId).toBe('front');
    expect(tracks.map((track) => track.isStopped)).toEqual([true, true, false]);
    session.close();
  });

  test('a camera that ends by itself is taken again; if it is gone the screen is told', async () => {
    const session = await opened();
    tracks[0]?.dispatchEvent(new Event('ended'));
    await settled();
    expect(tracks).toHaveLength(2);
    failures = ['NotFoundError'];
    tracks[1]?.dispatchEvent(new Event('ended'));
    await settled();
    expect(lost).toHaveBeenCalledWith({ code: 'camera-missing' });
    session.close();
  });

  test('a remembered camera that is gone gives way to another', async () => {
    failures = ['OverconstrainedError'];
    expect(await open('unplugged')).toMatchObject({ ok: true, value: { deviceId: 'rear' } });
  });

  test('a refusal is an error and leaves nothing open', async () => {
    failures = ['NotAllowedError'];
    expect(await open()).toEqual({ ok: false, error: { code: 'camera-denied' } });
    page.show(false);
    page.show(true);
    await settled();
    expect(tracks).toEqual([]);
    vi.stubGlobal('window', { isSecureContext: false });
    expect(await open()).toEqual({ ok: false, error: { code: 'camera-insecure' } });
  });
});
