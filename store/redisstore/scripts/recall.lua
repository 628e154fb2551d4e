-- KEYS: token. It gives what is cached, or else the time in milliseconds.
local found = redis.call('GET', KEYS[1])
if found then
  return found
end
local clock = redis.call('TIME')
return clock[1] * 1000 + math.floor(clock[2] / 1000)
