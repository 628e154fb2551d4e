-- KEYS: token. ARGV: what it is, from when, and until when it may be remembered, in milliseconds of this server's clock. An
-- order that comes late, or to a server whose clock is behind, changes nothing.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
if now < tonumber(ARGV[2]) or now >= tonumber(ARGV[3]) then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PXAT', ARGV[3])
return 1
