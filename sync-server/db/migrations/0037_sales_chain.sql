CREATE TABLE "sales_chain" (
	"merchant_id" text NOT NULL,
	"by" text NOT NULL,
	"month" text NOT NULL,
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
	CONSTRAINT "sales_chain_merchant_id_by_month_key_currency_pk" PRIMARY KEY("merchant_id","by","month","key","currency")
);
--> statement-breakpoint
-- A chain's months move by what its stores' days move: both begin anew.
DELETE FROM "sales_sum";--> statement-breakpoint
INSERT INTO "sales_due" AS d ("store_id", "business_day") SELECT DISTINCT "store_id", "business_day" FROM "retail_transaction"
ON CONFLICT ("store_id", "business_day") DO UPDATE SET "marks" = d."marks" + 1;
