-- A session is a field of its account's hash: when it was put here, when it was revoked, last used and ends, all in
-- microseconds and 0 for never, and the token. One that was put before the server may have forgotten something may have been
-- revoked since, and is none any more.
local function parse(value)
  local put, revoked, used, ends, token = string.match(value, '^(%d+) (%d+) (%d+) (%d+) (.*)$')
  return tonumber(put), tonumber(revoked), tonumber(used), tonumber(ends), token
end

local function write(hash, field, put, revoked, used, ends, token)
  redis.call('HSET', hash, field, string.format('%.0f %.0f %.0f %.0f ', put, revoked, used, ends) .. token)
end
