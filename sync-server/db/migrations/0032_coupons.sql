CREATE TABLE "coupon_batch" (
	"merchant_id" text NOT NULL,
	"campaign_id" text NOT NULL,
	"first_serial" integer NOT NULL,
	"last_serial" integer NOT NULL,
	"issued_at_ms" bigint NOT NULL,
	CONSTRAINT "coupon_batch_merchant_id_campaign_id_first_serial_pk" PRIMARY KEY("merchant_id","campaign_id","first_serial")
);
--> statement-breakpoint
CREATE TABLE "coupon_campaign" (
	"merchant_id" text NOT NULL,
	"campaign_id" text NOT NULL,
	"from_ms" bigint NOT NULL,
	"until_ms" bigint NOT NULL,
	"created_at_ms" bigint NOT NULL,
	CONSTRAINT "coupon_campaign_merchant_id_campaign_id_pk" PRIMARY KEY("merchant_id","campaign_id")
);
--> statement-breakpoint
CREATE TABLE "coupon_redeemed" (
	"merchant_id" text NOT NULL,
	"coupon_id" text NOT NULL,
	"reference" text NOT NULL,
	"discount_minor" bigint NOT NULL,
	"at_ms" bigint NOT NULL,
	CONSTRAINT "coupon_redeemed_merchant_id_coupon_id_pk" PRIMARY KEY("merchant_id","coupon_id")
);
--> statement-breakpoint
CREATE INDEX "coupon_redeemed_reference" ON "coupon_redeemed" USING btree ("merchant_id","reference");