import type { ScaleProtocolName, ScaleReading } from './scale-protocols.ts';
import { type ScaleState, type SerialBus, SerialScale } from './serial-scale.ts';

/**
 * Listens to the scale that was chosen on this device. With none chosen it is `lost`: who stands there is told, and types.
 * @returns closes the line.
 */
export function listenToScale(
  bus: SerialBus,
  protocol: ScaleProtocolName,
  onReading: (reading: ScaleReading) => void,
  onState: (state: ScaleState) => void,
): { close: () => Promise<void> } {
  const opening = bus.getPorts().then(([port]) => {
    if (port === undefined) onState('lost');
    return port === undefined ? null : new SerialScale({ port, protocol, onReading, onState });
  });
  return { close: async () => (await opening)?.close() };
}
