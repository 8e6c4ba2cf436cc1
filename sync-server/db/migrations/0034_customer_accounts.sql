CREATE TABLE "customer_account" (
	"store_id" text NOT NULL,
	"number" text NOT NULL,
	"row" jsonb NOT NULL,
	"revision" bigint NOT NULL,
	"deleted" boolean DEFAULT false NOT NULL,
	CONSTRAINT "customer_account_store_id_number_pk" PRIMARY KEY("store_id","number")
);
--> statement-breakpoint
CREATE TABLE "customer_account_payment" (
	"merchant_id" text NOT NULL,
	"number" text NOT NULL,
	"payment_id" text NOT NULL,
	"store_id" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"received_on" date NOT NULL,
	"reference" text NOT NULL,
	"corrects_id" text,
	"at_ms" bigint NOT NULL,
	"actor_id" text NOT NULL,
	CONSTRAINT "customer_account_payment_merchant_id_number_payment_id_pk" PRIMARY KEY("merchant_id","number","payment_id")
);
--> statement-breakpoint
CREATE TABLE "customer_account_standing" (
	"merchant_id" text NOT NULL,
	"number" text NOT NULL,
	"marks" bigint DEFAULT 0 NOT NULL,
	"is_due" boolean DEFAULT true NOT NULL,
	CONSTRAINT "customer_account_standing_merchant_id_number_pk" PRIMARY KEY("merchant_id","number")
);
--> statement-breakpoint
CREATE TABLE "customer_account_version" (
	"merchant_id" text NOT NULL,
	"number" text NOT NULL,
	"from_ms" bigint NOT NULL,
	"facts" jsonb NOT NULL,
	CONSTRAINT "customer_account_version_merchant_id_number_from_ms_pk" PRIMARY KEY("merchant_id","number","from_ms")
);
--> statement-breakpoint
ALTER TABLE "credit_step" ADD COLUMN "signed_by" text;--> statement-breakpoint
ALTER TABLE "credit_step" ADD COLUMN "order_reference" text;--> statement-breakpoint
ALTER TABLE "credit_step" ADD COLUMN "is_allowed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "customer_account_revision" ON "customer_account" USING btree ("store_id","revision");--> statement-breakpoint
CREATE INDEX "customer_account_standing_due" ON "customer_account_standing" USING btree ("is_due","merchant_id","number");