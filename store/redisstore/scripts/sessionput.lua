-- KEYS: note, account. ARGV: how long the note is kept, digest, revoked, used, ends, token, created, limit, the hash's end in
-- milliseconds.
local from, created, limit = since(tonumber(ARGV[1])), tonumber(ARGV[7]), tonumber(ARGV[8])
local all, live = redis.call('HGETALL', KEYS[2]), 0
for i = 1, #all, 2 do
  local put, revoked, _, ends = parse(all[i + 1])
  if put <= from or ends ~= 0 and ends <= now then
    redis.call('HDEL', KEYS[2], all[i])
  elseif revoked == 0 and (ends == 0 or ends > created) then
    live = live + 1
  end
end
if limit > 0 and live >= limit then
  return 'full'
end
-- In the very microsecond in which the note was made, what is put now would count as put before.
write(KEYS[2], ARGV[2], math.max(now, from + 1), ARGV[3], ARGV[4], ARGV[5], ARGV[6])
local kept = redis.call('PEXPIRETIME', KEYS[2])
redis.call('PEXPIREAT', KEYS[2], string.format('%.0f', math.max(kept, tonumber(ARGV[9]))))
return 'ok'
