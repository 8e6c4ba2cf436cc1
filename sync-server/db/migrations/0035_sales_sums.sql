CREATE TABLE "sales_due" (
	"store_id" text NOT NULL,
	"business_day" text NOT NULL,
	"marks" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "sales_due_store_id_business_day_pk" PRIMARY KEY("store_id","business_day")
);
--> statement-breakpoint
CREATE TABLE "sales_month" (
	"merchant_id" text NOT NULL,
	"month" text NOT NULL,
	"sku_id" text NOT NULL,
	"currency" text NOT NULL,
	"tickets" bigint DEFAULT 0 NOT NULL,
	"return_tickets" bigint DEFAULT 0 NOT NULL,
	"units" bigint DEFAULT 0 NOT NULL,
	"units_back" bigint DEFAULT 0 NOT NULL,
	"sales_minor" bigint DEFAULT 0 NOT NULL,
	"returns_minor" bigint DEFAULT 0 NOT NULL,
	"net_minor" bigint DEFAULT 0 NOT NULL,
	"tax_minor" bigint DEFAULT 0 NOT NULL,
	"rounding_minor" bigint DEFAULT 0 NOT NULL,
	"discount_minor" bigint DEFAULT 0 NOT NULL,
	"paid_minor" bigint DEFAULT 0 NOT NULL,
	"late_tickets" bigint DEFAULT 0 NOT NULL,
	"late_minor" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "sales_month_merchant_id_month_sku_id_currency_pk" PRIMARY KEY("merchant_id","month","sku_id","currency")
);
--> statement-breakpoint
CREATE TABLE "sales_sum" (
	"store_id" text NOT NULL,
	"by" text NOT NULL,
	"business_day" text NOT NULL,
	"key" text NOT NULL,
	"currency" text NOT NULL,
	"tickets" bigint DEFAULT 0 NOT NULL,
	"return_tickets" bigint DEFAULT 0 NOT NULL,
	"units" bigint DEFAULT 0 NOT NULL,
	"units_back" bigint DEFAULT 0 NOT NULL,
	"sales_minor" bigint DEFAULT 0 NOT NULL,
	"returns_minor" bigint DEFAULT 0 NOT NULL,
	"net_minor" bigint DEFAULT 0 NOT NULL,
	"tax_minor" bigint DEFAULT 0 NOT NULL,
	"rounding_minor" bigint DEFAULT 0 NOT NULL,
	"discount_minor" bigint DEFAULT 0 NOT NULL,
	"paid_minor" bigint DEFAULT 0 NOT NULL,
	"late_tickets" bigint DEFAULT 0 NOT NULL,
	"late_minor" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "sales_sum_store_id_by_business_day_key_currency_pk" PRIMARY KEY("store_id","by","business_day","key","currency")
);
--> statement-breakpoint
CREATE TABLE "sales_target" (
	"store_id" text NOT NULL,
	"business_day" text NOT NULL,
	"target_minor" bigint NOT NULL,
	CONSTRAINT "sales_target_store_id_business_day_pk" PRIMARY KEY("store_id","business_day")
);
--> statement-breakpoint
CREATE TABLE "work_mark" (
	"store_id" text NOT NULL,
	"work_id" text NOT NULL,
	"assigned_to" text,
	"snoozed_until_ms" bigint,
	"done_at_ms" bigint,
	"changed_by" text NOT NULL,
	"changed_at_ms" bigint NOT NULL,
	"changes" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "work_mark_store_id_work_id_pk" PRIMARY KEY("store_id","work_id")
);
--> statement-breakpoint
ALTER TABLE "retail_transaction" ADD COLUMN "member_tier" text;--> statement-breakpoint
ALTER TABLE "retail_transaction" ADD COLUMN "channel" text DEFAULT 'store' NOT NULL;--> statement-breakpoint
CREATE INDEX "sales_sum_day" ON "sales_sum" USING btree ("store_id","business_day");--> statement-breakpoint
-- What tickets said of members' tiers and of their channel was not kept in rows until now; their entries have it.
UPDATE "retail_transaction" t
   SET "member_tier" = j."document" -> 'body' ->> 'memberTier', "channel" = coalesce(j."document" -> 'body' ->> 'channel', 'store')
  FROM "journal" j
 WHERE j."store_id" = t."store_id" AND j."till_number" = t."till_number" AND j."sequence" = t."sequence"
   AND (j."document" -> 'body' ->> 'memberTier' IS NOT NULL OR j."document" -> 'body' ->> 'channel' = 'staff');--> statement-breakpoint
INSERT INTO "sales_due" ("store_id", "business_day") SELECT DISTINCT "store_id", "business_day" FROM "retail_transaction";
