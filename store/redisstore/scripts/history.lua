-- What a server remembers without a break. A server's replication ID changes when it starts and when a replica takes its
-- place, and KEYS[1] notes the one under which this shard has remembered since when: where the note is gone or names another,
-- what was claimed before may be forgotten. Times are in microseconds.
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local fresh = 0

local function since(keep)
  local id = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')
  if not id then
    error('the server does not say its replication ID')
  end
  local known, from = string.match(redis.call('GET', KEYS[1]) or '', '^(%x+) (%d+)$')
  if known ~= id then
    fresh = 1
    redis.call('SET', KEYS[1], id .. ' ' .. string.format('%.0f', now), 'PX', keep)
    return now
  end
  if redis.call('PTTL', KEYS[1]) < keep / 2 then
    redis.call('PEXPIRE', KEYS[1], keep)
  end
  return tonumber(from)
end

-- forgotten says whether a key that ends at this time could have been claimed and forgotten: nothing is claimed for longer
-- than a window.
local function forgotten(ends, window, keep)
  return ends <= since(keep) + window
end
