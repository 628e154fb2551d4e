-- KEYS: token. It gives what is cached and for how many milliseconds, or else the time in milliseconds.
local found = redis.call('GET', KEYS[1])
if found then
  return {found, redis.call('PTTL', KEYS[1])}
end
local clock = redis.call('TIME')
return clock[1] * 1000 + math.floor(clock[2] / 1000)
