CREATE TABLE "webhook" (
	"merchant_id" text NOT NULL,
	"webhook_id" text NOT NULL,
	"supplier_id" text,
	"url" text NOT NULL,
	"secret" text NOT NULL,
	"events" jsonb NOT NULL,
	"made_at_ms" bigint NOT NULL,
	"ended_at_ms" bigint,
	CONSTRAINT "webhook_merchant_id_webhook_id_pk" PRIMARY KEY("merchant_id","webhook_id")
);
--> statement-breakpoint
CREATE TABLE "webhook_message" (
	"merchant_id" text NOT NULL,
	"webhook_id" text NOT NULL,
	"message_id" text NOT NULL,
	"event" text NOT NULL,
	"body" text NOT NULL,
	"made_at_ms" bigint NOT NULL,
	"attempts" integer NOT NULL,
	"next_try_at_ms" bigint NOT NULL,
	"done_at_ms" bigint,
	"status" integer,
	"trouble" text,
	CONSTRAINT "webhook_message_merchant_id_webhook_id_message_id_pk" PRIMARY KEY("merchant_id","webhook_id","message_id")
);
--> statement-breakpoint
CREATE INDEX "webhook_message_due" ON "webhook_message" USING btree ("next_try_at_ms") WHERE "webhook_message"."done_at_ms" is null;--> statement-breakpoint
CREATE INDEX "webhook_message_made" ON "webhook_message" USING btree ("merchant_id","webhook_id","made_at_ms");