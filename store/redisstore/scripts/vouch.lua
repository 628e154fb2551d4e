-- KEYS: note. ARGV: how long it is kept in milliseconds. From now on nothing counts as forgotten.
since(tonumber(ARGV[1]))
local id = string.match(redis.call('GET', KEYS[1]), '^%x+')
return redis.call('SET', KEYS[1], id .. ' 0', 'KEEPTTL')
