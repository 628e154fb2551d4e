-- The stream of events: audit, security log and outbox of notices. delivery is a store.DeliveryState; 1 is pending.

CREATE TABLE sesame_events (
  tenant    TEXT COLLATE "C" NOT NULL,
  id        TEXT COLLATE "C" NOT NULL,
  time      BIGINT NOT NULL,
  type      TEXT COLLATE "C" NOT NULL,
  outcome   TEXT COLLATE "C" NOT NULL,
  reason    TEXT COLLATE "C" NOT NULL,
  actor     TEXT COLLATE "C" NOT NULL,
  user_id   TEXT COLLATE "C" NOT NULL,
  client_id TEXT COLLATE "C" NOT NULL,
  token_id  TEXT COLLATE "C" NOT NULL,
  grant_id  TEXT COLLATE "C" NOT NULL,
  scheme    TEXT COLLATE "C" NOT NULL,
  address   TEXT COLLATE "C" NOT NULL,
  request   TEXT COLLATE "C" NOT NULL,
  details   TEXT COLLATE "C" NOT NULL,
  expires   BIGINT NOT NULL,
  delivery  SMALLINT NOT NULL,
  attempts  BIGINT NOT NULL,
  due       BIGINT NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX sesame_events_actor ON sesame_events (tenant, actor, id) WHERE actor <> '';
CREATE INDEX sesame_events_user ON sesame_events (tenant, user_id, id) WHERE user_id <> '';
CREATE INDEX sesame_events_type ON sesame_events (tenant, type, id);
CREATE INDEX sesame_events_due ON sesame_events (tenant, due, id) WHERE delivery = 1;
CREATE INDEX sesame_events_expires ON sesame_events (tenant, expires) WHERE expires <> 0 AND delivery <> 1;
