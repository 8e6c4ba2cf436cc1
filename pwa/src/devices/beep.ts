// The sounds of scanning. A scan is heard, not looked at: one high tone for "taken", two short ones for
// "taken before", two low ones for "look here".

export interface Beeper {
  ok(): void;
  /** It was taken before: nothing is wrong, and nothing changed. */
  again(): void;
  error(): void;
  /** Stops listening for the first touch and gives the sound device back. */
  stop(): void;
}

interface Tone {
  readonly hertz: number;
  readonly atSeconds: number;
  readonly seconds: number;
}

const OK_TONES: readonly Tone[] = [{ hertz: 1760, atSeconds: 0, seconds: 0.08 }];
const ERROR_TONES: readonly Tone[] = [
  { hertz: 220, atSeconds: 0, seconds: 0.16 },
  { hertz: 196, atSeconds: 0.22, seconds: 0.24 },
];
const AGAIN_TONES: readonly Tone[] = [
  { hertz: 880, atSeconds: 0, seconds: 0.05 },
  { hertz: 880, atSeconds: 0.09, seconds: 0.05 },
];
const OK_VIBRATION_MS = [40];
const AGAIN_VIBRATION_MS = [25, 60, 25];
const ERROR_VIBRATION_MS = [120, 80, 120];
const LOUDNESS = 0.25;
/** What sounds already is not begun anew so soon: of fifty scans a second each would only make it louder. */
const LEAST_GAP_MS = 60;
const FADE_SECONDS = 0.01;
const GESTURES = ['pointerdown', 'keydown', 'touchend'] as const;

/**
 * Browsers let a page make sound only after a gesture: the sound device is opened after the first, when the page has
 * nothing else to do, since that takes up to 150 ms. Before that, and where there is none, the calls do nothing. Nothing
 * here throws: no sound may stop a sale.
 */
export function startBeeper(target: Window): Beeper {
  let audio: AudioContext | undefined;
  let state: 'closed' | 'opening' | 'open' | 'stopped' = 'closed';
  let last: { tones: readonly Tone[]; atMs: number } | undefined;

  function open(): void {
    if (state !== 'opening') return;
    state = 'open';
    audio = openAudio();
  }

  function onGesture(): void {
    if (state === 'closed') {
      state = 'opening';
      if (typeof target.requestIdleCallback === 'function') target.requestIdleCallback(open, { timeout: 1_000 });
      else setTimeout(open, 200);
    }
    // iOS opens it asleep and puts it to sleep again when the app is left, and lets it wake inside a gesture alone.
    if (audio?.state === 'suspended') audio.resume().catch(muted);
  }

  function signal(tones: readonly Tone[], vibrationMs: number[]): void {
    const atMs = performance.now();
    if (last?.tones === tones && atMs - last.atMs < LEAST_GAP_MS) return;
    last = { tones, atMs };
    sound(target, audio, tones, vibrationMs);
  }

  for (const gesture of GESTURES) target.addEventListener(gesture, onGesture, { capture: true, passive: true });
  return {
    ok: () => signal(OK_TONES, OK_VIBRATION_MS),
    again: () => signal(AGAIN_TONES, AGAIN_VIBRATION_MS),
    error: () => signal(ERROR_TONES, ERROR_VIBRATION_MS),
    stop() {
      for (const gesture of GESTURES) target.removeEventListener(gesture, onGesture, { capture: true });
      state = 'stopped';
      audio?.close().catch(muted);
      audio = undefined;
    },
  };
}

function openAudio(): AudioContext | undefined {
  try {
    return new AudioContext({ latencyHint: 'interactive' });
  } catch (error) {
    return muted(error);
  }
}

function sound(target: Window, audio: AudioContext | undefined, tones: readonly Tone[], vibrationMs: number[]): void {
  try {
    target.navigator.vibrate?.(vibrationMs);
    if (audio?.state === 'running') for (const tone of tones) play(audio, tone);
  } catch (error) {
    muted(error);
  }
}

function play(audio: AudioContext, { hertz, atSeconds, seconds }: Tone): void {
  const start = audio.currentTime + atSeconds;
  const oscillator = new OscillatorNode(audio, { type: 'square', frequency: hertz });
  const gain = new GainNode(audio, { gain: 0 });
  // Ramps: a tone that is cut off clicks.
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(LOUDNESS, start + FADE_SECONDS);
  gain.gain.setValueAtTime(LOUDNESS, start + seconds - FADE_SECONDS);
  gain.gain.linearRampToValueAtTime(0, start + seconds);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(start);
  oscillator.stop(start + seconds);
}

function muted(error: unknown): undefined {
  console.debug('no sound', error);
  return undefined;
}
