-- KEYS: note, account. ARGV: how long the note is kept, when they are revoked and were used, 0 for neither, and digests. It
-- says how many are revoked now and were not.
local from, at, use, changed = since(tonumber(ARGV[1])), tonumber(ARGV[2]), tonumber(ARGV[3]), 0
for i = 4, #ARGV do
  local value = redis.call('HGET', KEYS[2], ARGV[i])
  if value then
    local put, revoked, used, ends, token = parse(value)
    if put > from then
      if at ~= 0 and revoked == 0 then
        revoked = at
        changed = changed + 1
      end
      write(KEYS[2], ARGV[i], put, revoked, math.max(used, use), ends, token)
    end
  end
end
return changed
