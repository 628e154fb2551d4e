-- Accounts, apps, grants and what was issued under them. Times are microseconds since 1970 in UTC, 0 for none; lists are
-- JSON, '' for an empty one; every key begins with the tenant. Text is compared byte by byte. A fill factor leaves room on
-- the page for changes of which no index needs to hear.

CREATE TABLE sesame_users (
  tenant        TEXT COLLATE "C" NOT NULL,
  id            TEXT COLLATE "C" NOT NULL,
  name          TEXT COLLATE "C" NOT NULL,
  email         TEXT COLLATE "C" NOT NULL,
  state         TEXT COLLATE "C" NOT NULL,
  scopes        TEXT COLLATE "C" NOT NULL,
  password_hash TEXT COLLATE "C" NOT NULL,
  ha1s          TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, name)
);

-- Digest's userhash (RFC 7616 §3.4.4): one row for each HA1 of an account.
CREATE TABLE sesame_user_hashes (
  tenant    TEXT COLLATE "C" NOT NULL,
  algorithm TEXT COLLATE "C" NOT NULL,
  realm     TEXT COLLATE "C" NOT NULL,
  hash      TEXT COLLATE "C" NOT NULL,
  user_id   TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, algorithm, realm, hash)
);
CREATE INDEX sesame_user_hashes_user ON sesame_user_hashes (tenant, user_id);

CREATE TABLE sesame_clients (
  tenant            TEXT COLLATE "C" NOT NULL,
  id                TEXT COLLATE "C" NOT NULL,
  owner             TEXT COLLATE "C" NOT NULL,
  name              TEXT COLLATE "C" NOT NULL,
  secrets           TEXT COLLATE "C" NOT NULL,
  keys              BYTEA,
  redirect_uris     TEXT COLLATE "C" NOT NULL,
  scopes            TEXT COLLATE "C" NOT NULL,
  grant_types       TEXT COLLATE "C" NOT NULL,
  auth_methods      TEXT COLLATE "C" NOT NULL,
  signature_methods TEXT COLLATE "C" NOT NULL,
  published         BOOLEAN NOT NULL,
  native            BOOLEAN NOT NULL,
  self_registered   BOOLEAN NOT NULL,
  introspects       BOOLEAN NOT NULL,
  revoked           BIGINT NOT NULL,
  created           BIGINT NOT NULL,
  version           BIGINT NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX sesame_clients_owner ON sesame_clients (tenant, owner, created, id);

CREATE TABLE sesame_grants (
  tenant     TEXT COLLATE "C" NOT NULL,
  id         TEXT COLLATE "C" NOT NULL,
  user_id    TEXT COLLATE "C" NOT NULL,
  client_id  TEXT COLLATE "C" NOT NULL,
  scopes     TEXT COLLATE "C" NOT NULL,
  resources  TEXT COLLATE "C" NOT NULL,
  protocol   TEXT COLLATE "C" NOT NULL,
  remembered BOOLEAN NOT NULL,
  auth_time  BIGINT NOT NULL,
  acr        TEXT COLLATE "C" NOT NULL,
  created    BIGINT NOT NULL,
  expires    BIGINT NOT NULL,
  revoked    BIGINT NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX sesame_grants_user ON sesame_grants (tenant, user_id, created, id);
CREATE INDEX sesame_grants_client ON sesame_grants (tenant, client_id, created, id);
CREATE INDEX sesame_grants_expires ON sesame_grants (tenant, expires) WHERE expires <> 0;

CREATE TABLE sesame_tokens (
  tenant       TEXT COLLATE "C" NOT NULL,
  digest       BYTEA NOT NULL,
  id           TEXT COLLATE "C" NOT NULL,
  kind         SMALLINT NOT NULL,
  user_id      TEXT COLLATE "C" NOT NULL,
  client_id    TEXT COLLATE "C" NOT NULL,
  grant_id     TEXT COLLATE "C" NOT NULL,
  scopes       TEXT COLLATE "C" NOT NULL,
  all_scopes   BOOLEAN NOT NULL,
  audience     TEXT COLLATE "C" NOT NULL,
  networks     TEXT COLLATE "C" NOT NULL,
  methods      TEXT COLLATE "C" NOT NULL,
  description  TEXT COLLATE "C" NOT NULL,
  hint         TEXT COLLATE "C" NOT NULL,
  sealed       BYTEA,
  note         TEXT COLLATE "C" NOT NULL,
  auth_time    BIGINT NOT NULL,
  acr          TEXT COLLATE "C" NOT NULL,
  created      BIGINT NOT NULL,
  expires      BIGINT NOT NULL,
  last_used    BIGINT NOT NULL,
  revoked      BIGINT NOT NULL,
  successor    BYTEA,
  confirmation TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, digest),
  UNIQUE (tenant, id)
) WITH (fillfactor = 80);
CREATE INDEX sesame_tokens_user ON sesame_tokens (tenant, user_id, created, id) WHERE user_id <> '';
CREATE INDEX sesame_tokens_client ON sesame_tokens (tenant, client_id, created, id) WHERE client_id <> '';
CREATE INDEX sesame_tokens_grant ON sesame_tokens (tenant, grant_id, created, id) WHERE grant_id <> '';
CREATE INDEX sesame_tokens_expires ON sesame_tokens (tenant, expires) WHERE expires <> 0;

CREATE TABLE sesame_handles (
  tenant    TEXT COLLATE "C" NOT NULL,
  digest    BYTEA NOT NULL,
  kind      SMALLINT NOT NULL,
  stage     BIGINT NOT NULL,
  used      BOOLEAN NOT NULL,
  client_id TEXT COLLATE "C" NOT NULL,
  user_id   TEXT COLLATE "C" NOT NULL,
  grant_id  TEXT COLLATE "C" NOT NULL,
  data      BYTEA,
  created   BIGINT NOT NULL,
  expires   BIGINT NOT NULL,
  PRIMARY KEY (tenant, digest)
) WITH (fillfactor = 80);
CREATE INDEX sesame_handles_grant ON sesame_handles (tenant, grant_id) WHERE grant_id <> '';
CREATE INDEX sesame_handles_expires ON sesame_handles (tenant, expires) WHERE expires <> 0;
