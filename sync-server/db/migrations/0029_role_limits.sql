CREATE TABLE "role_limit" (
	"merchant_id" text NOT NULL,
	"role_id" text NOT NULL,
	"from_ms" bigint NOT NULL,
	"until_ms" bigint,
	"limits" jsonb NOT NULL,
	CONSTRAINT "role_limit_merchant_id_role_id_from_ms_pk" PRIMARY KEY("merchant_id","role_id","from_ms")
);
--> statement-breakpoint
ALTER TABLE "approval_request" ADD COLUMN "measures" jsonb DEFAULT '[]'::jsonb NOT NULL;