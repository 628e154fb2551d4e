-- KEYS: note, key. ARGV: until, window, how long the note is kept in milliseconds, n, the count window.
-- What is kept of a key is its highest number and a ring of bits, in which number i has the place i modulo its length.
local ends, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local n, size = tonumber(ARGV[4]), tonumber(ARGV[5])
if forgotten(ends, window, tonumber(ARGV[3])) or ends <= now then
  return {'used', fresh}
end
local kept = redis.call('GET', KEYS[2])
if not kept and ends > now + window then
  return {'long', fresh}
end

local highest, bits = n - size, string.rep('\0', size / 8)
if kept then
  local split = string.find(kept, ' ', 1, true)
  highest, bits = tonumber(string.sub(kept, 1, split - 1)), string.sub(kept, split + 1)
end
local ring = {string.byte(bits, 1, -1)}
local function place(i)
  i = i % size
  return math.floor(i / 8) + 1, bit.lshift(1, i % 8)
end
for i = math.max(highest, n - size) + 1, n do -- numbers that come into the window now
  local byte, mask = place(i)
  ring[byte] = bit.band(ring[byte], bit.bnot(mask))
end
highest = math.max(highest, n)
local byte, mask = place(n)
if n <= highest - size or bit.band(ring[byte], mask) ~= 0 then
  return {'used', fresh}
end
ring[byte] = bit.bor(ring[byte], mask)
local value = string.format('%.0f ', highest) .. string.char(unpack(ring))
if kept then
  redis.call('SET', KEYS[2], value, 'KEEPTTL')
else
  redis.call('SET', KEYS[2], value, 'PXAT', string.format('%.0f', math.ceil(ends / 1000)))
end
return {'ok', fresh}
