export type Sms = { to: string; text: string };
/** Carries text messages; throws when the gateway does not take one. */
export type SmsSender = { send(message: Sms): Promise<void> };

/** For demos: whoever looks at the terminal reads them. */
export function consoleSms(print: (lines: string[]) => void): SmsSender {
  return {
    send: async ({ to, text }) => print(['', `  To ${to}:  ${text}`, '']),
  };
}

const patienceMs = 10_000;

/** A gateway of the shop's own: each message is posted to it as `{"to": "+44…", "text": "…"}`. A name and password may stand in its address. */
export function webSms(address: string): SmsSender {
  const { username, password, origin, pathname, search } = new URL(address);
  const secret = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  return {
    send: async (message) => {
      const answer = await fetch(`${origin}${pathname}${search}`, {
        method: 'POST',
        redirect: 'error',
        headers: { 'Content-Type': 'application/json', ...(username !== '' && { Authorization: `Basic ${secret}` }) },
        body: JSON.stringify(message),
        signal: AbortSignal.timeout(patienceMs),
      });
      await answer.body?.cancel();
      if (!answer.ok) throw new Error(`the gateway of text messages answered ${answer.status}`);
    },
  };
}
