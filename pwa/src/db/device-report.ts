import type { DeltaQuery } from '#schemas/sync/delta-query.ts';

type Battery = { level: number; charging: boolean };
type Device = {
  storage?: Pick<StorageManager, 'estimate' | 'persisted'>;
  /** Battery Status API: Chromium alone has it. */
  getBattery?: () => Promise<Battery>;
};
export type DeviceFacts = Pick<DeltaQuery, 'usage' | 'quota' | 'persisted' | 'battery' | 'charging'>;

const readEveryMs = 60_000;

/** What the tablet knows of itself, for the manager: space and battery, read once a minute beside the questions. */
export class DeviceReport {
  readonly #device: Device;
  readonly #nowMs: () => number;
  #facts: DeviceFacts = {};
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(nowMs: () => number, device: Device = (globalThis.navigator ?? {}) as Device) {
    this.#nowMs = nowMs;
    this.#device = device;
  }

  /** What is known now; reads anew for the next time when that is old. */
  facts(): DeviceFacts {
    const nowMs = this.#nowMs();
    if (Math.abs(nowMs - this.#readAtMs) >= readEveryMs) {
      this.#readAtMs = nowMs;
      void this.read();
    }
    return this.#facts;
  }

  async read(): Promise<void> {
    const { storage, getBattery } = this.#device;
    // A browser that does not say, or not here, is no trouble: the manager sees "unknown".
    const [estimate, persisted, battery] = await Promise.allSettled([
      storage?.estimate?.(),
      storage?.persisted?.(),
      getBattery?.call(this.#device),
    ]);
    this.#facts = {
      ...(estimate.status === 'fulfilled' && estimate.value
        ? { usage: estimate.value.usage, quota: estimate.value.quota }
        : {}),
      ...(persisted.status === 'fulfilled' && persisted.value !== undefined
        ? { persisted: persisted.value ? '1' : '0' }
        : {}),
      ...(battery.status === 'fulfilled' && battery.value
        ? { battery: Math.round(battery.value.level * 100), charging: battery.value.charging ? '1' : '0' }
        : {}),
    };
  }
}
