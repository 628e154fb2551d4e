-- The stream of events: audit, security log and outbox of notices. delivery is a store.DeliveryState; 1 is pending.

CREATE TABLE sesame_events (
  tenant    TEXT NOT NULL,
  id        TEXT NOT NULL,
  time      INTEGER NOT NULL,
  type      TEXT NOT NULL,
  outcome   TEXT NOT NULL,
  reason    TEXT NOT NULL,
  actor     TEXT NOT NULL,
  user_id   TEXT NOT NULL,
  client_id TEXT NOT NULL,
  token_id  TEXT NOT NULL,
  grant_id  TEXT NOT NULL,
  scheme    TEXT NOT NULL,
  address   TEXT NOT NULL,
  request   TEXT NOT NULL,
  details   TEXT NOT NULL,
  expires   INTEGER NOT NULL,
  delivery  INTEGER NOT NULL,
  attempts  INTEGER NOT NULL,
  due       INTEGER NOT NULL,
  PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX sesame_events_actor ON sesame_events (tenant, actor, id) WHERE actor <> '';
CREATE INDEX sesame_events_user ON sesame_events (tenant, user_id, id) WHERE user_id <> '';
CREATE INDEX sesame_events_type ON sesame_events (tenant, type, id);
CREATE INDEX sesame_events_due ON sesame_events (tenant, due, id) WHERE delivery = 1;
CREATE INDEX sesame_events_expires ON sesame_events (tenant, expires) WHERE expires <> 0 AND delivery <> 1;
