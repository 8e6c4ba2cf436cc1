CREATE TABLE "approval_passkey" (
	"merchant_id" text NOT NULL,
	"operator_id" text NOT NULL,
	"credential_id" text NOT NULL,
	"from_ms" bigint NOT NULL,
	"public_key" text NOT NULL,
	"until_ms" bigint,
	CONSTRAINT "approval_passkey_pk" PRIMARY KEY("merchant_id","operator_id","credential_id","from_ms")
);
--> statement-breakpoint
CREATE TABLE "price_version" (
	"merchant_id" text NOT NULL,
	"kind" text NOT NULL,
	"id" text NOT NULL,
	"revision" bigint NOT NULL,
	"told_at_ms" bigint NOT NULL,
	"row" jsonb,
	CONSTRAINT "price_version_merchant_id_kind_id_revision_pk" PRIMARY KEY("merchant_id","kind","id","revision")
);
--> statement-breakpoint
ALTER TABLE "store_counter" ADD COLUMN "passkeys_from_seq" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "journal" ADD COLUMN "price_revision" bigint;--> statement-breakpoint
CREATE INDEX "price_version_revision" ON "price_version" USING btree ("merchant_id","revision");--> statement-breakpoint
INSERT INTO "price_version" ("merchant_id", "kind", "id", "revision", "told_at_ms", "row")
SELECT s."merchant_id", 'sku', s."sku_id", greatest(s."revision", p."revision", o."revision"), 0,
       jsonb_build_object('shelf', p."price_minor", 'online', p."online_price_minor",
         'entries', coalesce((SELECT jsonb_agg(e - 'confirmedAtMs') FROM jsonb_array_elements(o."row" -> 'entries') e), '[]'),
         'categoryId', s."category_id", 'brand', s."brand", 'isWeighed', s."tracking" = 'weight')
  FROM "sku" s
  LEFT JOIN "price" p ON p."merchant_id" = s."merchant_id" AND p."sku_id" = s."sku_id" AND NOT p."deleted"
  LEFT JOIN "sku_price" o ON o."merchant_id" = s."merchant_id" AND o."sku_id" = s."sku_id" AND NOT o."deleted";--> statement-breakpoint
INSERT INTO "price_version" SELECT "merchant_id", 'list', "price_list_id", "revision", 0, "row" FROM "price_list" WHERE NOT "deleted";--> statement-breakpoint
INSERT INTO "price_version" SELECT "merchant_id", 'promotion', "promotion_id", "revision", 0, "row" FROM "promotion" WHERE NOT "deleted";--> statement-breakpoint
INSERT INTO "approval_passkey" ("merchant_id", "operator_id", "credential_id", "from_ms", "public_key")
SELECT DISTINCT u."merchant_id", u."operator_id", k."credential_id", 0, k."public_key"
  FROM "account_passkey" k JOIN "account_user" u ON u."id" = k."user_id"
 WHERE u."merchant_id" IS NOT NULL AND u."operator_id" IS NOT NULL;--> statement-breakpoint
UPDATE "store_counter" SET "passkeys_from_seq" = "journal_seq";
