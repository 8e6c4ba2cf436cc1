CREATE TABLE "complaint" (
	"merchant_id" text NOT NULL,
	"complaint_id" text NOT NULL,
	"supplier_id" text NOT NULL,
	"number" integer NOT NULL,
	"phase" text NOT NULL,
	"state" jsonb NOT NULL,
	"changed_at_ms" bigint NOT NULL,
	CONSTRAINT "complaint_merchant_id_complaint_id_pk" PRIMARY KEY("merchant_id","complaint_id")
);
--> statement-breakpoint
CREATE TABLE "complaint_step" (
	"merchant_id" text NOT NULL,
	"complaint_id" text NOT NULL,
	"version" integer NOT NULL,
	"side" text NOT NULL,
	"actor_id" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"step" jsonb NOT NULL,
	CONSTRAINT "complaint_step_merchant_id_complaint_id_version_pk" PRIMARY KEY("merchant_id","complaint_id","version")
);
--> statement-breakpoint
CREATE TABLE "deposit_movement" (
	"merchant_id" text NOT NULL,
	"supplier_id" text NOT NULL,
	"number" integer NOT NULL,
	"move" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"complaint_id" text,
	"note" text NOT NULL,
	"actor_id" text NOT NULL,
	"at_ms" bigint NOT NULL,
	CONSTRAINT "deposit_movement_merchant_id_supplier_id_number_pk" PRIMARY KEY("merchant_id","supplier_id","number")
);
--> statement-breakpoint
CREATE TABLE "fair_play_rules" (
	"merchant_id" text NOT NULL,
	"version" integer NOT NULL,
	"actor_id" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"rules" jsonb NOT NULL,
	CONSTRAINT "fair_play_rules_merchant_id_version_pk" PRIMARY KEY("merchant_id","version")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "complaint_number" ON "complaint" USING btree ("merchant_id","supplier_id","number");--> statement-breakpoint
CREATE INDEX "complaint_changed" ON "complaint" USING btree ("merchant_id","changed_at_ms");