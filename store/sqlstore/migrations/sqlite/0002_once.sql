-- What may happen once, and what is counted.

CREATE TABLE sesame_claims (
  tenant  TEXT NOT NULL,
  key     BLOB NOT NULL,
  expires INTEGER NOT NULL,
  PRIMARY KEY (tenant, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX sesame_claims_expires ON sesame_claims (tenant, expires) WHERE expires <> 0;

-- Bit i of taken is the count highest - i, bit i of taken_before the count highest - 64 - i.
CREATE TABLE sesame_counts (
  tenant       TEXT NOT NULL,
  key          BLOB NOT NULL,
  expires      INTEGER NOT NULL,
  highest      INTEGER NOT NULL,
  taken        INTEGER NOT NULL,
  taken_before INTEGER NOT NULL,
  PRIMARY KEY (tenant, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX sesame_counts_expires ON sesame_counts (tenant, expires) WHERE expires <> 0;

CREATE TABLE sesame_counters (
  tenant  TEXT NOT NULL,
  key     BLOB NOT NULL,
  total   INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  PRIMARY KEY (tenant, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX sesame_counters_expires ON sesame_counters (tenant, expires) WHERE expires <> 0;
