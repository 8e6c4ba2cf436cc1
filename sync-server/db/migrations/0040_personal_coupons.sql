CREATE TABLE "member_note" (
	"merchant_id" text NOT NULL,
	"member_id" text NOT NULL,
	"note_id" text NOT NULL,
	"store_id" text NOT NULL,
	"operator_id" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"text" text NOT NULL,
	CONSTRAINT "member_note_merchant_id_member_id_note_id_pk" PRIMARY KEY("merchant_id","member_id","note_id")
);
--> statement-breakpoint
CREATE TABLE "member_segment" (
	"merchant_id" text NOT NULL,
	"segment_id" text NOT NULL,
	"name" text NOT NULL,
	"conditions" jsonb NOT NULL,
	"changed_at_ms" bigint NOT NULL,
	"deleted" boolean DEFAULT false NOT NULL,
	CONSTRAINT "member_segment_merchant_id_segment_id_pk" PRIMARY KEY("merchant_id","segment_id")
);
--> statement-breakpoint
CREATE TABLE "member_session" (
	"merchant_id" text NOT NULL,
	"token_hash" text NOT NULL,
	"member_id" text NOT NULL,
	"expires_at_ms" bigint NOT NULL,
	CONSTRAINT "member_session_merchant_id_token_hash_pk" PRIMARY KEY("merchant_id","token_hash")
);
--> statement-breakpoint
CREATE TABLE "member_sign_in" (
	"merchant_id" text NOT NULL,
	"sign_in_id" text NOT NULL,
	"member_id" text,
	"code_hash" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"expires_at_ms" bigint NOT NULL,
	CONSTRAINT "member_sign_in_merchant_id_sign_in_id_pk" PRIMARY KEY("merchant_id","sign_in_id")
);
--> statement-breakpoint
CREATE TABLE "member_tier_told" (
	"merchant_id" text NOT NULL,
	"member_id" text NOT NULL,
	"from_ms" bigint NOT NULL,
	"tier" text NOT NULL,
	CONSTRAINT "member_tier_told_merchant_id_member_id_from_ms_pk" PRIMARY KEY("merchant_id","member_id","from_ms")
);
--> statement-breakpoint
CREATE TABLE "coupon_grant" (
	"merchant_id" text NOT NULL,
	"member_id" text NOT NULL,
	"campaign_id" text NOT NULL,
	"occasion" text NOT NULL,
	"coupon_id" text,
	"granted_at_ms" bigint NOT NULL,
	"until_ms" bigint NOT NULL,
	CONSTRAINT "coupon_grant_merchant_id_member_id_campaign_id_occasion_pk" PRIMARY KEY("merchant_id","member_id","campaign_id","occasion")
);
--> statement-breakpoint
ALTER TABLE "member" ADD COLUMN "coupons" jsonb;--> statement-breakpoint
ALTER TABLE "coupon_campaign" ADD COLUMN "grant_rule" jsonb;--> statement-breakpoint
ALTER TABLE "coupon_campaign" ADD COLUMN "grant_days" integer;--> statement-breakpoint
ALTER TABLE "coupon_campaign" ADD COLUMN "budget_uses" integer;--> statement-breakpoint
ALTER TABLE "coupon_campaign" ADD COLUMN "budget_minor" bigint;--> statement-breakpoint
ALTER TABLE "coupon_campaign" ADD COLUMN "over_at_ms" bigint;--> statement-breakpoint
CREATE INDEX "member_session_member" ON "member_session" USING btree ("merchant_id","member_id");--> statement-breakpoint
CREATE INDEX "coupon_grant_campaign" ON "coupon_grant" USING btree ("merchant_id","campaign_id");--> statement-breakpoint
CREATE INDEX "coupon_grant_coupon" ON "coupon_grant" USING btree ("merchant_id","coupon_id");