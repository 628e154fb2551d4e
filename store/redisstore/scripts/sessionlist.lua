-- KEYS: note, account. ARGV: how long the note is kept, and the one digest that is asked for, if any.
local from, all, kept = since(tonumber(ARGV[1])), nil, {}
if ARGV[2] then
  all = {ARGV[2], redis.call('HGET', KEYS[2], ARGV[2])}
else
  all = redis.call('HGETALL', KEYS[2])
end
for i = 1, #all, 2 do
  if all[i + 1] and parse(all[i + 1]) > from then
    kept[#kept + 1] = all[i + 1]
  end
end
return kept
