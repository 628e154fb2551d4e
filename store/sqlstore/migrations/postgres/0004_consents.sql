-- What a client was when it was allowed something, and one step to what a user lets us remember of it. A consent from before
-- has no digest and is asked for once more.

ALTER TABLE sesame_grants ADD COLUMN client_digest BYTEA;

CREATE INDEX IF NOT EXISTS sesame_grants_remembered ON sesame_grants (tenant, user_id, client_id, created, id) WHERE remembered AND revoked = 0;
