-- KEYS: note, key. ARGV: until, window, how long the note is kept in milliseconds.
local ends, window = tonumber(ARGV[1]), tonumber(ARGV[2])
if forgotten(ends, window, tonumber(ARGV[3])) or ends <= now or redis.call('EXISTS', KEYS[2]) == 1 then
  return {'used', fresh}
end
if ends > now + window then
  return {'long', fresh}
end
redis.call('SET', KEYS[2], '', 'PXAT', string.format('%.0f', math.ceil(ends / 1000)))
return {'ok', fresh}
