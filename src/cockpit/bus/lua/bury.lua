-- Gives up one entry that cannot be dispatched: it stands in cockpit:dead, its event stays.
-- KEYS: topic. ARGV: group, entry, id, reason.
redis.call('XADD', 'cockpit:dead', 'MAXLEN', '~', 10000, '*', 'id', ARGV[3], 'reason', ARGV[4])
redis.call('HSET', 'cockpit:trail:' .. ARGV[3], 'buried', ARGV[4])
return redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
