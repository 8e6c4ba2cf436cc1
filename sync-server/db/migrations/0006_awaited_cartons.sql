CREATE TABLE "awaited_carton" (
	"merchant_id" text NOT NULL,
	"sscc" text NOT NULL,
	"store_id" text NOT NULL,
	"source_name" text NOT NULL,
	"deleted" boolean DEFAULT false NOT NULL,
	"announced_at_ms" bigint NOT NULL,
	"revision" bigint NOT NULL,
	CONSTRAINT "awaited_carton_merchant_id_sscc_store_id_pk" PRIMARY KEY("merchant_id","sscc","store_id")
);
--> statement-breakpoint
CREATE INDEX "awaited_carton_revision" ON "awaited_carton" USING btree ("merchant_id","revision");--> statement-breakpoint
CREATE INDEX "awaited_carton_store" ON "awaited_carton" USING btree ("merchant_id","store_id");--> statement-breakpoint
CREATE INDEX "journal_label_jobs" ON "journal" USING btree ("store_id","journal_seq") WHERE "journal"."kind" = 'labels-printed';--> statement-breakpoint
CREATE INDEX "delivery_announced" ON "delivery" USING btree ("store_id","announced_at_ms");