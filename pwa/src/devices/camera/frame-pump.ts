// Takes pictures from the video to the decode worker, one at a time, so that a slow decoder drops frames instead of
// queueing them, and turns its answers into scans.
import type { CodeFormat } from './decoder.ts';
import { decodedSize, guideBox } from './guide-box.ts';
import { agree, NOTHING_SEEN } from './read-agreement.ts';
import type { DecodedMessage, FrameMessage } from './worker-messages.ts';

/** A worker that has not answered for so long is stuck and is replaced. */
const STUCK_AFTER_MS = 8000;

export interface FramePump {
  stop(): void;
}

/**
 * `onCode` gets each scan once: the raw text for `parseScan` and the symbology. `isLive` says whether the video shows
 * the camera now.
 */
export function startFramePump(
  video: HTMLVideoElement,
  isLive: () => boolean,
  onCode: (rawText: string, format: CodeFormat) => void,
): FramePump {
  let isStopped = false;
  let agreement = NOTHING_SEEN;
  let sentAtMs: number | undefined;
  let worker = startWorker();

  function startWorker(): Worker {
    const started = new Worker(new URL('./decode-worker.ts', import.meta.url), { type: 'module' });
    started.onmessage = (event: MessageEvent<DecodedMessage>) => {
      sentAtMs = undefined;
      const step = agree(agreement, event.data.codes, performance.now());
      agreement = step.agreement;
      // For support: a look at the page tells which decoder works on this tablet.
      video.dataset.decoder = event.data.decoder;
      if (isStopped || !isLive()) return;
      for (const { text, format } of step.scans) onCode(text, format);
    };
    return started;
  }

  async function sendFrame(): Promise<void> {
    sentAtMs = performance.now();
    const box = guideBox(video.videoWidth, video.videoHeight);
    const { width, height } = decodedSize(box);
    const size = { resizeWidth: width, resizeHeight: height };
    const bitmap = await createImageBitmap(video, box.x, box.y, box.width, box.height, size);
    const message: FrameMessage = { bitmap };
    worker.postMessage(message, [bitmap]);
  }

  function onPicture(): void {
    if (isStopped) return;
    requestAnimationFrame(onPicture);
    if (sentAtMs !== undefined) {
      if (performance.now() - sentAtMs < STUCK_AFTER_MS) return;
      worker.terminate();
      worker = startWorker();
      sentAtMs = undefined;
    }
    if (!isLive() || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return;
    sendFrame().catch((error: unknown) => {
      // The video lost its picture between two statements (camera switched or stopped): the next frame will do.
      console.debug('a frame was not taken', error);
      sentAtMs = undefined;
    });
  }

  requestAnimationFrame(onPicture);
  return {
    stop() {
      isStopped = true;
      worker.terminate();
    },
  };
}
