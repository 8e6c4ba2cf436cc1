CREATE TABLE "export_key" (
	"store_id" text PRIMARY KEY NOT NULL,
	"public_key" jsonb NOT NULL,
	"private_key" text NOT NULL,
	"created_at_ms" bigint NOT NULL
);
