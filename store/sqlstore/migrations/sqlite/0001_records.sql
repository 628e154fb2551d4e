-- Accounts, apps, grants and what was issued under them. Times are microseconds since 1970 in UTC, 0 for none; lists are
-- JSON, '' for an empty one; every key begins with the tenant.

CREATE TABLE sesame_users (
  tenant        TEXT NOT NULL,
  id            TEXT NOT NULL,
  name          TEXT NOT NULL,
  email         TEXT NOT NULL,
  state         TEXT NOT NULL,
  scopes        TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  ha1s          TEXT NOT NULL,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, name)
) STRICT;

-- Digest's userhash (RFC 7616 §3.4.4): one row for each HA1 of an account.
CREATE TABLE sesame_user_hashes (
  tenant    TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  realm     TEXT NOT NULL,
  hash      TEXT NOT NULL,
  user_id   TEXT NOT NULL,
  PRIMARY KEY (tenant, algorithm, realm, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX sesame_user_hashes_user ON sesame_user_hashes (tenant, user_id);

CREATE TABLE sesame_clients (
  tenant            TEXT NOT NULL,
  id                TEXT NOT NULL,
  owner             TEXT NOT NULL,
  name              TEXT NOT NULL,
  secrets           TEXT NOT NULL,
  keys              BLOB,
  redirect_uris     TEXT NOT NULL,
  scopes            TEXT NOT NULL,
  grant_types       TEXT NOT NULL,
  auth_methods      TEXT NOT NULL,
  signature_methods TEXT NOT NULL,
  published         INTEGER NOT NULL,
  native            INTEGER NOT NULL,
  self_registered   INTEGER NOT NULL,
  introspects       INTEGER NOT NULL,
  revoked           INTEGER NOT NULL,
  created           INTEGER NOT NULL,
  version           INTEGER NOT NULL,
  PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX sesame_clients_owner ON sesame_clients (tenant, owner, created, id);

CREATE TABLE sesame_grants (
  tenant     TEXT NOT NULL,
  id         TEXT NOT NULL,
  user_id    TEXT NOT NULL,
  client_id  TEXT NOT NULL,
  scopes     TEXT NOT NULL,
  resources  TEXT NOT NULL,
  protocol   TEXT NOT NULL,
  remembered INTEGER NOT NULL,
  auth_time  INTEGER NOT NULL,
  acr        TEXT NOT NULL,
  created    INTEGER NOT NULL,
  expires    INTEGER NOT NULL,
  revoked    INTEGER NOT NULL,
  PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX sesame_grants_user ON sesame_grants (tenant, user_id, created, id);
CREATE INDEX sesame_grants_client ON sesame_grants (tenant, client_id, created, id);
CREATE INDEX sesame_grants_expires ON sesame_grants (tenant, expires) WHERE expires <> 0;

CREATE TABLE sesame_tokens (
  tenant       TEXT NOT NULL,
  digest       BLOB NOT NULL,
  id           TEXT NOT NULL,
  kind         INTEGER NOT NULL,
  user_id      TEXT NOT NULL,
  client_id    TEXT NOT NULL,
  grant_id     TEXT NOT NULL,
  scopes       TEXT NOT NULL,
  all_scopes   INTEGER NOT NULL,
  audience     TEXT NOT NULL,
  networks     TEXT NOT NULL,
  methods      TEXT NOT NULL,
  description  TEXT NOT NULL,
  hint         TEXT NOT NULL,
  sealed       BLOB,
  note         TEXT NOT NULL,
  auth_time    INTEGER NOT NULL,
  acr          TEXT NOT NULL,
  created      INTEGER NOT NULL,
  expires      INTEGER NOT NULL,
  last_used    INTEGER NOT NULL,
  revoked      INTEGER NOT NULL,
  successor    BLOB,
  confirmation TEXT NOT NULL,
  PRIMARY KEY (tenant, digest),
  UNIQUE (tenant, id)
) STRICT;
CREATE INDEX sesame_tokens_user ON sesame_tokens (tenant, user_id, created, id) WHERE user_id <> '';
CREATE INDEX sesame_tokens_client ON sesame_tokens (tenant, client_id, created, id) WHERE client_id <> '';
CREATE INDEX sesame_tokens_grant ON sesame_tokens (tenant, grant_id, created, id) WHERE grant_id <> '';
CREATE INDEX sesame_tokens_expires ON sesame_tokens (tenant, expires) WHERE expires <> 0;

CREATE TABLE sesame_handles (
  tenant    TEXT NOT NULL,
  digest    BLOB NOT NULL,
  kind      INTEGER NOT NULL,
  stage     INTEGER NOT NULL,
  used      INTEGER NOT NULL,
  client_id TEXT NOT NULL,
  user_id   TEXT NOT NULL,
  grant_id  TEXT NOT NULL,
  data      BLOB,
  created   INTEGER NOT NULL,
  expires   INTEGER NOT NULL,
  PRIMARY KEY (tenant, digest)
) STRICT;
CREATE INDEX sesame_handles_grant ON sesame_handles (tenant, grant_id) WHERE grant_id <> '';
CREATE INDEX sesame_handles_expires ON sesame_handles (tenant, expires) WHERE expires <> 0;
