import { portName, type SerialBus } from '../serial-port.ts';
import type { ScaleProtocolName, ScaleReading } from './scale-protocols.ts';
import { type ScaleState, SerialScale } from './serial-scale.ts';

/**
 * Listens to the scale that was chosen on this device: the port that is not the receipt printer's. With none chosen it is `lost`: who stands there is told, and types.
 * @returns closes the line.
 */
export function listenToScale(
  bus: SerialBus,
  printerPort: () => string | null,
  protocol: ScaleProtocolName,
  onReading: (reading: ScaleReading) => void,
  onState: (state: ScaleState) => void,
): { close: () => Promise<void> } {
  const opening = bus.getPorts().then((ports) => {
    // Two chips of one model are told apart by nothing: then the printer's is the first.
    const printer = ports.find((port) => portName(port) === printerPort());
    const port = ports.find((one) => one !== printer);
    if (port === undefined) onState('lost');
    return port === undefined ? null : new SerialScale({ port, protocol, onReading, onState });
  });
  return { close: async () => (await opening)?.close() };
}
