CREATE TABLE "api_key" (
	"merchant_id" text NOT NULL,
	"key_id" text NOT NULL,
	"name" text NOT NULL,
	"key_hash" text NOT NULL,
	"prefix" text NOT NULL,
	"scope_type" text NOT NULL,
	"scope_id" text NOT NULL,
	"rights" jsonb NOT NULL,
	"requests_per_minute" integer NOT NULL,
	"created_by" text NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"expires_at_ms" bigint,
	"revoked_at_ms" bigint,
	"last_used_at_ms" bigint,
	"last_used_address" text,
	CONSTRAINT "api_key_merchant_id_key_id_pk" PRIMARY KEY("merchant_id","key_id")
);
--> statement-breakpoint
CREATE TABLE "approval_request" (
	"store_id" text NOT NULL,
	"request_id" text NOT NULL,
	"till_number" integer NOT NULL,
	"operator_id" text NOT NULL,
	"right" text NOT NULL,
	"reason" text NOT NULL,
	"detail" jsonb NOT NULL,
	"asked_at_ms" bigint NOT NULL,
	"expires_at_ms" bigint NOT NULL,
	"decision" text,
	"decided_by" text,
	"decided_at_ms" bigint,
	CONSTRAINT "approval_request_store_id_request_id_pk" PRIMARY KEY("store_id","request_id")
);
--> statement-breakpoint
CREATE TABLE "attempt" (
	"id" text PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"latest_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_entry" (
	"merchant_id" text NOT NULL,
	"audit_id" text NOT NULL,
	"store_id" text,
	"at_ms" bigint NOT NULL,
	"actor_type" text NOT NULL,
	"actor_id" text NOT NULL,
	"address" text NOT NULL,
	"user_agent" text NOT NULL,
	"action" text NOT NULL,
	"subject_type" text NOT NULL,
	"subject_id" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	CONSTRAINT "audit_entry_merchant_id_audit_id_pk" PRIMARY KEY("merchant_id","audit_id")
);
--> statement-breakpoint
CREATE TABLE "custom_role" (
	"merchant_id" text NOT NULL,
	"role_id" text NOT NULL,
	"from_ms" bigint NOT NULL,
	"until_ms" bigint,
	"names" jsonb NOT NULL,
	"rights" jsonb NOT NULL,
	CONSTRAINT "custom_role_merchant_id_role_id_from_ms_pk" PRIMARY KEY("merchant_id","role_id","from_ms")
);
--> statement-breakpoint
CREATE TABLE "invitation" (
	"merchant_id" text NOT NULL,
	"invitation_id" text NOT NULL,
	"operator_id" text NOT NULL,
	"token_hash" text NOT NULL,
	"email" text,
	"invited_by" text NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"expires_at_ms" bigint NOT NULL,
	"used_at_ms" bigint,
	"revoked_at_ms" bigint,
	CONSTRAINT "invitation_merchant_id_invitation_id_pk" PRIMARY KEY("merchant_id","invitation_id")
);
--> statement-breakpoint
CREATE TABLE "person_key" (
	"merchant_id" text NOT NULL,
	"person_id" text NOT NULL,
	"key" text NOT NULL,
	CONSTRAINT "person_key_merchant_id_person_id_pk" PRIMARY KEY("merchant_id","person_id")
);
--> statement-breakpoint
CREATE TABLE "role_grant" (
	"merchant_id" text NOT NULL,
	"operator_id" text NOT NULL,
	"grant_id" text NOT NULL,
	"scope_type" text NOT NULL,
	"scope_id" text NOT NULL,
	"role_id" text NOT NULL,
	"from_ms" bigint NOT NULL,
	"until_ms" bigint,
	"granted_by" text,
	CONSTRAINT "role_grant_merchant_id_operator_id_grant_id_pk" PRIMARY KEY("merchant_id","operator_id","grant_id")
);
--> statement-breakpoint
CREATE TABLE "unsent_link" (
	"merchant_id" text NOT NULL,
	"link_id" text NOT NULL,
	"operator_id" text NOT NULL,
	"purpose" text NOT NULL,
	"url" text NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"expires_at_ms" bigint NOT NULL,
	CONSTRAINT "unsent_link_merchant_id_link_id_pk" PRIMARY KEY("merchant_id","link_id")
);
--> statement-breakpoint
CREATE TABLE "account_credential" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"user_id" text NOT NULL,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp (3) with time zone,
	"refresh_token_expires_at" timestamp (3) with time zone,
	"scope" text,
	"password" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "account_passkey" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text,
	"public_key" text NOT NULL,
	"user_id" text NOT NULL,
	"credential_id" text NOT NULL,
	"counter" integer NOT NULL,
	"device_type" text NOT NULL,
	"backed_up" boolean NOT NULL,
	"transports" text,
	"created_at" timestamp (3) with time zone,
	"aaguid" text
);
--> statement-breakpoint
CREATE TABLE "account_session" (
	"id" text PRIMARY KEY NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"token" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"user_id" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "account_two_factor" (
	"id" text PRIMARY KEY NOT NULL,
	"secret" text NOT NULL,
	"backup_codes" text NOT NULL,
	"user_id" text NOT NULL,
	"verified" boolean DEFAULT true,
	"failed_verification_count" integer DEFAULT 0,
	"locked_until" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "account_user" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" boolean NOT NULL,
	"image" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"username" text,
	"display_username" text,
	"two_factor_enabled" boolean DEFAULT false,
	"merchant_id" text NOT NULL,
	"operator_id" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "account_verification" (
	"id" text PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
DROP TABLE "web_session" CASCADE;
--> statement-breakpoint
ALTER TABLE "store_counter" ADD COLUMN "staff_revision" bigint DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE "till" ADD COLUMN "storage_usage_bytes" bigint;
--> statement-breakpoint
ALTER TABLE "till" ADD COLUMN "storage_quota_bytes" bigint;
--> statement-breakpoint
ALTER TABLE "till" ADD COLUMN "storage_persisted" boolean;
--> statement-breakpoint
ALTER TABLE "till" ADD COLUMN "battery_percent" integer;
--> statement-breakpoint
ALTER TABLE "till" ADD COLUMN "battery_charging" boolean;
--> statement-breakpoint
ALTER TABLE "till" ADD COLUMN "instruction" jsonb;
--> statement-breakpoint
ALTER TABLE "till" ADD COLUMN "instruction_done_at_ms" bigint;
--> statement-breakpoint
CREATE INDEX "api_key_hash" ON "api_key" USING btree ("key_hash");
--> statement-breakpoint
CREATE INDEX "audit_entry_subject" ON "audit_entry" USING btree ("merchant_id","subject_type","subject_id");
--> statement-breakpoint
CREATE INDEX "invitation_token" ON "invitation" USING btree ("token_hash");
--> statement-breakpoint
CREATE INDEX "role_grant_scope" ON "role_grant" USING btree ("merchant_id","scope_type","scope_id");
--> statement-breakpoint
CREATE INDEX "account_credential_user" ON "account_credential" USING btree ("user_id");
--> statement-breakpoint
CREATE INDEX "account_passkey_user" ON "account_passkey" USING btree ("user_id");
--> statement-breakpoint
CREATE INDEX "account_passkey_credential" ON "account_passkey" USING btree ("credential_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "account_session_token" ON "account_session" USING btree ("token");
--> statement-breakpoint
CREATE INDEX "account_session_user" ON "account_session" USING btree ("user_id");
--> statement-breakpoint
CREATE INDEX "account_two_factor_user" ON "account_two_factor" USING btree ("user_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "account_user_email" ON "account_user" USING btree ("email");
--> statement-breakpoint
CREATE UNIQUE INDEX "account_user_username" ON "account_user" USING btree ("username");
--> statement-breakpoint
CREATE INDEX "account_user_operator" ON "account_user" USING btree ("merchant_id","operator_id");
--> statement-breakpoint
CREATE INDEX "account_verification_identifier" ON "account_verification" USING btree ("identifier");
--> statement-breakpoint
ALTER TABLE "operator" RENAME CONSTRAINT "operator_store_id_operator_id_pk" TO "operator_before_pk";
--> statement-breakpoint
ALTER TABLE "operator" RENAME TO "operator_before";
--> statement-breakpoint
CREATE TABLE "operator" (
	"merchant_id" text NOT NULL,
	"operator_id" text NOT NULL,
	"name" text NOT NULL,
	"locale" text,
	"languages" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"photo" text,
	"working_hours" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"pin_salt" text,
	"pin_iterations" integer,
	"pin_hash" text,
	"badge_hash" text,
	"created_at_ms" bigint NOT NULL,
	"left_at_ms" bigint,
	"erased_at_ms" bigint,
	CONSTRAINT "operator_merchant_id_operator_id_pk" PRIMARY KEY("merchant_id","operator_id")
);
--> statement-breakpoint
-- One person a chain from now on: who was written down in several stores under one id is one person with several grants.
INSERT INTO "operator" ("merchant_id", "operator_id", "name", "locale", "pin_salt", "pin_iterations", "pin_hash", "created_at_ms", "left_at_ms")
SELECT s."merchant_id", o."operator_id", o."name", o."locale", o."pin_salt", o."pin_iterations", o."pin_hash", s."created_at_ms",
       CASE WHEN o."active" THEN NULL ELSE (extract(epoch FROM now()) * 1000)::bigint END
  FROM "operator_before" o JOIN "store" s USING ("store_id")
 ORDER BY o."active" DESC, o."store_id"
ON CONFLICT DO NOTHING;
--> statement-breakpoint
INSERT INTO "role_grant" ("merchant_id", "operator_id", "grant_id", "scope_type", "scope_id", "role_id", "from_ms", "until_ms")
SELECT s."merchant_id", o."operator_id", 'store-' || o."store_id", 'store', o."store_id",
       CASE o."role" WHEN 'manager' THEN 'store-manager' ELSE 'clerk' END, 0,
       CASE WHEN o."active" THEN NULL ELSE (extract(epoch FROM now()) * 1000)::bigint END
  FROM "operator_before" o JOIN "store" s USING ("store_id");
--> statement-breakpoint
-- The manager of a chain's first store made the chain: somebody has to own it.
INSERT INTO "role_grant" ("merchant_id", "operator_id", "grant_id", "scope_type", "scope_id", "role_id", "from_ms")
SELECT DISTINCT ON (s."merchant_id") s."merchant_id", o."operator_id", 'owner', 'merchant', s."merchant_id", 'owner', 0
  FROM "operator_before" o JOIN "store" s USING ("store_id")
 WHERE o."role" = 'manager' AND o."active" AND o."password_hash" IS NOT NULL
 ORDER BY s."merchant_id", s."created_at_ms", s."store_id", o."operator_id";
--> statement-breakpoint
-- A manager's password goes on working; the user name is the operator's id.
INSERT INTO "account_user" ("id", "name", "email", "email_verified", "created_at", "updated_at", "username", "display_username", "two_factor_enabled", "merchant_id", "operator_id")
SELECT DISTINCT ON (o."operator_id") 'user-' || o."operator_id", o."name", o."operator_id" || '@accounts.invalid', false, now(), now(),
       lower(o."operator_id"), o."operator_id", false, s."merchant_id", o."operator_id"
  FROM "operator_before" o JOIN "store" s USING ("store_id")
 WHERE o."active" AND o."password_hash" IS NOT NULL ORDER BY o."operator_id", o."store_id";
--> statement-breakpoint
INSERT INTO "account_credential" ("id", "account_id", "provider_id", "user_id", "password", "created_at", "updated_at")
SELECT DISTINCT ON (o."operator_id") 'credential-' || o."operator_id", 'user-' || o."operator_id", 'credential', 'user-' || o."operator_id",
       'scrypt$' || o."password_salt" || '$' || o."password_hash", now(), now()
  FROM "operator_before" o
 WHERE o."active" AND o."password_hash" IS NOT NULL ORDER BY o."operator_id", o."store_id";
--> statement-breakpoint
DROP TABLE "operator_before";
