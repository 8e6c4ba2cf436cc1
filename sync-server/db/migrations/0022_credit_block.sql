CREATE TABLE "credit_block" (
	"store_id" text NOT NULL,
	"kind" text NOT NULL,
	"code" text NOT NULL,
	"from_ms" bigint NOT NULL,
	"until_ms" bigint,
	"reason" text NOT NULL,
	CONSTRAINT "credit_block_store_id_kind_code_from_ms_pk" PRIMARY KEY("store_id","kind","code","from_ms")
);
