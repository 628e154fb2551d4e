-- KEYS: note. ARGV: how long it is kept in milliseconds. It says since when nothing is forgotten.
return string.format('%.0f', since(tonumber(ARGV[1])))
