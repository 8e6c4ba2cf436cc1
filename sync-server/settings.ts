import { parseArgs } from 'node:util';
import { fail, ok, type Result } from '#schemas/result.ts';

export type Settings = {
  host: string;
  port: number;
  /** Folder of the embedded PostgreSQL. */
  dataDir: string;
  /** An outside PostgreSQL instead of the embedded one. */
  databaseUrl: string | null;
  /** The same as a role that owns nothing, made by hand; needed where the other may not make one. */
  databaseAppUrl: string | null;
  /** Start without the demo. */
  empty: boolean;
  /** `https://till.shop.example`: how tablets reach this server, when a proxy stands before it. */
  publicAddress: string | null;
  logLevel: string;
};

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** Reads the command line, then the environment, then defaults. A failure's message is for a person. */
export function readSettings(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Result<Settings, { code: 'bad-setting'; message: string }> {
  const bad = (message: string) => fail({ code: 'bad-setting' as const, message });
  let given: { host?: string; port?: string; empty?: boolean };
  try {
    const options = { host: { type: 'string' }, port: { type: 'string' }, empty: { type: 'boolean' } } as const;
    given = parseArgs({ args: [...args], options }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return bad(`${error.message} Known are --host ADDRESS, --port NUMBER and --empty.`);
  }
  const portText = given.port ?? (env.ONECODE_PORT || '4710');
  const port = Number(portText);
  if (!/^\d{1,5}$/.test(portText) || port > 65_535) {
    return bad(`"${portText}" is no port. Give a number from 1 to 65535, such as --port 4711.`);
  }
  const publicAddress = env.ONECODE_ADDRESS?.replace(/\/+$/, '') || null;
  if (publicAddress !== null && !/^https?:\/\/[^/]+$/.test(publicAddress)) {
    return bad(`ONECODE_ADDRESS is "${publicAddress}". Give it as https://till.shop.example, without a path.`);
  }
  const logLevel = env.ONECODE_LOG || 'warn';
  if (!logLevels.includes(logLevel)) return bad(`ONECODE_LOG is "${logLevel}". Known are ${logLevels.join(', ')}.`);
  return ok({
    host: given.host ?? (env.ONECODE_HOST || '127.0.0.1'),
    port,
    dataDir: env.ONECODE_DATA || '.onecode/data',
    databaseUrl: env.DATABASE_URL || null,
    databaseAppUrl: env.DATABASE_APP_URL || null,
    empty: given.empty ?? ['1', 'true', 'yes'].includes(env.ONECODE_EMPTY ?? ''),
    publicAddress,
    logLevel,
  });
}
