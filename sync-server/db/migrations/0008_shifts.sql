CREATE TABLE "shift" (
	"store_id" text NOT NULL,
	"till_number" integer NOT NULL,
	"opened_sequence" bigint NOT NULL,
	"shift_number" integer NOT NULL,
	"business_day" text NOT NULL,
	"currency" text NOT NULL,
	"opened_at_ms" bigint NOT NULL,
	"opened_by" text NOT NULL,
	"float_minor" bigint NOT NULL,
	"state" text NOT NULL,
	"ended_sequence" bigint,
	"ended_at_ms" bigint,
	"ended_by" text,
	"expected_minor" bigint,
	"counted_minor" bigint,
	"difference_minor" bigint,
	"transaction_count" integer,
	"total_minor" bigint,
	"missing_entries" integer NOT NULL,
	"differing_figure" text,
	"report" jsonb,
	CONSTRAINT "shift_store_id_till_number_opened_sequence_pk" PRIMARY KEY("store_id","till_number","opened_sequence")
);
--> statement-breakpoint
ALTER TABLE "store" ADD COLUMN "shift_rules" jsonb;--> statement-breakpoint
CREATE INDEX "shift_day" ON "shift" USING btree ("store_id","business_day");