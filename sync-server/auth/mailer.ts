import nodemailer from 'nodemailer';

export type Mail = { to: string; subject: string; text: string };

/** Carries mail; throws when the mail server does not take it. */
export type Mailer = { send(mail: Mail): Promise<void>; close(): void };

/**
 * Mail through SMTP: `smtps://name:password@mail.example:465`, or `smtp://…:587`, which turns to TLS where it can.
 * `timeoutMs`: how long to wait for each step of a server that says nothing.
 */
export function smtpMailer(url: string, from: string, timeoutMs = 10_000): Mailer {
  const timeouts = {
    dnsTimeout: timeoutMs,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  };
  const transport = nodemailer.createTransport({ url, pool: true, ...timeouts }, { from });
  return {
    send: async ({ to, subject, text }) => {
      // As a structure, so that no sign in an address can name a second receiver.
      await transport.sendMail({ to: { name: '', address: to }, subject, text });
    },
    close: () => transport.close(),
  };
}
