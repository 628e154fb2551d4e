-- What may happen once, and what is counted.

CREATE TABLE sesame_claims (
  tenant  TEXT COLLATE "C" NOT NULL,
  key     BYTEA NOT NULL,
  expires BIGINT NOT NULL,
  PRIMARY KEY (tenant, key)
);
CREATE INDEX sesame_claims_expires ON sesame_claims (tenant, expires) WHERE expires <> 0;

-- Bit i of taken, from the left, is the count highest - i.
CREATE TABLE sesame_counts (
  tenant  TEXT COLLATE "C" NOT NULL,
  key     BYTEA NOT NULL,
  expires BIGINT NOT NULL,
  highest BIGINT NOT NULL,
  taken   BIT(128) NOT NULL,
  PRIMARY KEY (tenant, key)
) WITH (fillfactor = 80);
CREATE INDEX sesame_counts_expires ON sesame_counts (tenant, expires) WHERE expires <> 0;

CREATE TABLE sesame_counters (
  tenant  TEXT COLLATE "C" NOT NULL,
  key     BYTEA NOT NULL,
  total   BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  PRIMARY KEY (tenant, key)
) WITH (fillfactor = 80);
CREATE INDEX sesame_counters_expires ON sesame_counters (tenant, expires) WHERE expires <> 0;
