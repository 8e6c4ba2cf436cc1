CREATE TABLE "credit_step" (
	"store_id" text NOT NULL,
	"kind" text NOT NULL,
	"code" text NOT NULL,
	"till_number" integer NOT NULL,
	"sequence" bigint NOT NULL,
	"step_number" integer NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"ordered_at_ms" bigint NOT NULL,
	CONSTRAINT "credit_step_store_id_kind_code_till_number_sequence_step_number_pk" PRIMARY KEY("store_id","kind","code","till_number","sequence","step_number")
);
--> statement-breakpoint
ALTER TABLE "applied_promotion" ADD COLUMN "coupon_uses" integer;--> statement-breakpoint
ALTER TABLE "line_item" ADD COLUMN "returned_late" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "retail_transaction" ADD COLUMN "return_days" integer;--> statement-breakpoint
ALTER TABLE "tender" ADD COLUMN "instead_of" text;