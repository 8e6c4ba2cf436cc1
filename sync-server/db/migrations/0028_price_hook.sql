CREATE TABLE "price_hook" (
	"merchant_id" text PRIMARY KEY NOT NULL,
	"hook_id" text NOT NULL,
	"secret" text NOT NULL,
	"made_at_ms" bigint NOT NULL,
	"last_received_at_ms" bigint,
	"counts" jsonb
);
--> statement-breakpoint
CREATE TABLE "price_hook_message" (
	"merchant_id" text NOT NULL,
	"hook_id" text NOT NULL,
	"message_id" text NOT NULL,
	"body_hash" text NOT NULL,
	"received_at_ms" bigint NOT NULL,
	"answer" jsonb,
	CONSTRAINT "price_hook_message_merchant_id_hook_id_message_id_pk" PRIMARY KEY("merchant_id","hook_id","message_id")
);
--> statement-breakpoint
CREATE INDEX "price_hook_id" ON "price_hook" USING btree ("hook_id");