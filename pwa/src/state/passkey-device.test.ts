import { afterEach, expect, test, vi } from 'vitest';
import { passkeyDevice } from './passkey-device.ts';

afterEach(() => vi.unstubAllGlobals());

test('passkeys take a browser that knows them and an address with a name', () => {
  expect(passkeyDevice({ origin: 'https://shop.example', hostname: 'shop.example' })).toBeNull();
  vi.stubGlobal('PublicKeyCredential', class {});
  const device = passkeyDevice({ origin: 'https://shop.example:8443', hostname: 'shop.example' });
  expect(device).toMatchObject({ origin: 'https://shop.example:8443', rpId: 'shop.example' });
  for (const hostname of ['127.0.0.1', '192.168.1.20', '[fd00::1]']) {
    expect(passkeyDevice({ origin: `https://${hostname}`, hostname }), hostname).toBeNull();
  }
});

test('a person or a device that says no gives no signature', async () => {
  vi.stubGlobal('PublicKeyCredential', class {});
  const get = vi.fn(async () => Promise.reject(new DOMException('no', 'NotAllowedError')));
  vi.stubGlobal('navigator', { credentials: { get } });
  const device = passkeyDevice({ origin: 'https://shop.example', hostname: 'shop.example' });
  const { signal } = new AbortController();
  expect(await device?.sign(new Uint8Array(32), ['Ym9i'], signal)).toBeNull();
  expect(get).toHaveBeenCalledWith({
    publicKey: expect.objectContaining({ rpId: 'shop.example', userVerification: 'required' }),
    signal,
  });
});
