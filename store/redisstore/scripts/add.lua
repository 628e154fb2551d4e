-- KEYS: counter. ARGV: delta, and until when it is kept, in milliseconds.
local total = tonumber(redis.call('GET', KEYS[1]) or '0')
local delta, ends = tonumber(ARGV[1]), tonumber(ARGV[2])
if delta == 0 then
  return total
end
local kept = redis.call('PEXPIRETIME', KEYS[1])
total = redis.call('INCRBY', KEYS[1], ARGV[1])
if total == 0 then
  redis.call('DEL', KEYS[1]) -- a counter that is not there is 0 too
else
  redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', math.max(kept, ends)))
end
return total
