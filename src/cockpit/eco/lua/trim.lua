--#include shelf
-- Forgets closed ecos that were not seen since a moment, so many at most.
-- ARGV: epoch in µs, how many
local found = redis.call('ZRANGEBYSCORE', ALL .. ':CLOSED', '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, guid in ipairs(found) do forget(guid) end
return #found
