CREATE TABLE "supplier_contract_step" (
	"merchant_id" text NOT NULL,
	"supplier_id" text NOT NULL,
	"version" integer NOT NULL,
	"side" text NOT NULL,
	"actor_id" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"step" jsonb NOT NULL,
	CONSTRAINT "supplier_contract_step_merchant_id_supplier_id_version_pk" PRIMARY KEY("merchant_id","supplier_id","version")
);
