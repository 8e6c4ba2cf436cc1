CREATE TABLE "basket_step" (
	"store_id" text NOT NULL,
	"basket_id" text NOT NULL,
	"till_number" integer NOT NULL,
	"sequence" bigint NOT NULL,
	"type" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"ordered_at_ms" bigint NOT NULL,
	"valid_through" text,
	"is_kept" boolean NOT NULL,
	CONSTRAINT "basket_step_store_id_basket_id_till_number_sequence_pk" PRIMARY KEY("store_id","basket_id","till_number","sequence")
);
--> statement-breakpoint
CREATE INDEX "basket_step_kept" ON "basket_step" USING btree ("store_id","ordered_at_ms") WHERE is_kept;