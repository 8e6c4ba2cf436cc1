import { createHmac } from 'node:crypto';

/** HMAC-SHA-256 of `<id>.<timestamp>.<body>`, as Standard Webhooks 1.0 say. `secret`: base64, without `whsec_`. */
export function messageSignature(
  secret: string,
  { messageId, timestamp, body }: { messageId: string; timestamp: string; body: Uint8Array | string },
): Buffer {
  return createHmac('sha256', Buffer.from(secret, 'base64')).update(`${messageId}.${timestamp}.`).update(body).digest();
}
