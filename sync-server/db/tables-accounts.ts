import { boolean, index, integer, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';

// Web accounts, in the shape that better-auth reads and writes: its field names, our column names. They belong to the
// installation, not to a store: on a distributed PostgreSQL they are reference tables (D1). What an account may do is
// not here but in `operator` and `role_grant` of its chain.

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });
const id = () => text('id').primaryKey();
const stamps = { createdAt: time('created_at').notNull(), updatedAt: time('updated_at').notNull() };

export const accountUser = pgTable(
  'account_user',
  {
    id: id(),
    name: text('name').notNull(),
    /** A made-up address under `accounts.invalid` (RFC 2606) for who has none. */
    email: text('email').notNull(),
    emailVerified: boolean('email_verified').notNull(),
    image: text('image'),
    ...stamps,
    username: text('username'),
    displayUsername: text('display_username'),
    twoFactorEnabled: boolean('two_factor_enabled').default(false),
    /** The person whose account this is. */
    merchantId: text('merchant_id').notNull(),
    operatorId: text('operator_id').notNull(),
  },
  (t) => [
    uniqueIndex('account_user_email').on(t.email),
    uniqueIndex('account_user_username').on(t.username),
    index('account_user_operator').on(t.merchantId, t.operatorId),
  ],
);

export const accountSession = pgTable(
  'account_session',
  {
    id: id(),
    expiresAt: time('expires_at').notNull(),
    token: text('token').notNull(),
    ...stamps,
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    userId: text('user_id').notNull(),
  },
  (t) => [uniqueIndex('account_session_token').on(t.token), index('account_session_user').on(t.userId)],
);

/** The password of an account (provider `credential`). */
export const accountCredential = pgTable(
  'account_credential',
  {
    id: id(),
    accountId: text('account_id').notNull(),
    providerId: text('provider_id').notNull(),
    userId: text('user_id').notNull(),
    accessToken: text('access_token'),
    refreshToken: text('refresh_token'),
    idToken: text('id_token'),
    accessTokenExpiresAt: time('access_token_expires_at'),
    refreshTokenExpiresAt: time('refresh_token_expires_at'),
    scope: text('scope'),
    /** `scrypt$<salt>$<hash>`, both base64url (catalogue/pins.ts). */
    password: text('password'),
    ...stamps,
  },
  (t) => [index('account_credential_user').on(t.userId)],
);

export const accountVerification = pgTable(
  'account_verification',
  {
    id: id(),
    identifier: text('identifier').notNull(),
    value: text('value').notNull(),
    expiresAt: time('expires_at').notNull(),
    ...stamps,
  },
  (t) => [index('account_verification_identifier').on(t.identifier)],
);

export const accountTwoFactor = pgTable(
  'account_two_factor',
  {
    id: id(),
    secret: text('secret').notNull(),
    backupCodes: text('backup_codes').notNull(),
    userId: text('user_id').notNull(),
    verified: boolean('verified').default(true),
    failedVerificationCount: integer('failed_verification_count').default(0),
    lockedUntil: time('locked_until'),
  },
  (t) => [index('account_two_factor_user').on(t.userId)],
);

export const accountPasskey = pgTable(
  'account_passkey',
  {
    id: id(),
    name: text('name'),
    publicKey: text('public_key').notNull(),
    userId: text('user_id').notNull(),
    credentialID: text('credential_id').notNull(),
    counter: integer('counter').notNull(),
    deviceType: text('device_type').notNull(),
    backedUp: boolean('backed_up').notNull(),
    transports: text('transports'),
    createdAt: time('created_at'),
    aaguid: text('aaguid'),
  },
  (t) => [index('account_passkey_user').on(t.userId), index('account_passkey_credential').on(t.credentialID)],
);
