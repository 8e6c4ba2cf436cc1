CREATE TABLE "approval_signature" (
	"store_id" text NOT NULL,
	"challenge" text NOT NULL,
	"operator_id" text NOT NULL,
	"credential_id" text NOT NULL,
	"approved_at_ms" bigint NOT NULL,
	"sign_count" bigint NOT NULL,
	"entry_id" text NOT NULL,
	CONSTRAINT "approval_signature_store_id_challenge_pk" PRIMARY KEY("store_id","challenge")
);
--> statement-breakpoint
CREATE INDEX "approval_signature_credential" ON "approval_signature" USING btree ("store_id","credential_id","approved_at_ms");--> statement-breakpoint
-- The history of passkeys begins again with those of today: until now nobody kept it. What came before carries no signature.
UPDATE "approval_passkey" a SET "until_ms" = (extract(epoch from now()) * 1000)::bigint
 WHERE a."until_ms" IS NULL AND NOT EXISTS (
   SELECT 1 FROM "account_passkey" k JOIN "account_user" u ON u."id" = k."user_id"
    WHERE u."merchant_id" = a."merchant_id" AND u."operator_id" = a."operator_id" AND k."credential_id" = a."credential_id");--> statement-breakpoint
INSERT INTO "approval_passkey" ("merchant_id", "operator_id", "credential_id", "from_ms", "public_key")
SELECT DISTINCT ON (u."merchant_id", u."operator_id", k."credential_id") u."merchant_id", u."operator_id", k."credential_id", 0, k."public_key"
  FROM "account_passkey" k JOIN "account_user" u ON u."id" = k."user_id"
 WHERE u."merchant_id" IS NOT NULL AND u."operator_id" IS NOT NULL
ON CONFLICT DO NOTHING;--> statement-breakpoint
UPDATE "store_counter" SET "passkeys_from_seq" = "journal_seq";
