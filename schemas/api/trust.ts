import { z } from 'zod';

const address = z
  .string()
  .regex(/^https?:\/\/[^/]+$/)
  .max(300);

/**
 * `GET /api/trust`: the server speaks https with a certificate of its own, and this is what to trust. `not-found` 404 where
 * it does not.
 */
export const trustSchema = z.object({
  /** Where the app is, for tablets. */
  appAddress: address,
  /** Where a tablet that does not trust it yet opens `/trust`: plain http. */
  pageAddress: address,
  /** SHA-256 of the certificate, as browsers show it: `AB:CD:…`. */
  fingerprint: z.string().regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
});
export type Trust = z.infer<typeof trustSchema>;

/** The certificate itself, in a file that all kinds of devices take. */
export const certificatePath = '/onecode-certificate.crt';
