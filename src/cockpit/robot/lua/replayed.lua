-- Ends a replay, unless it has ended. KEYS: replay, active. ARGV: its id, state, epoch seconds.
-- Returns whether this did it.
redis.call('SREM', KEYS[2], ARGV[1])
if redis.call('HGET', KEYS[1], 'state') ~= 'running' then return 0 end
redis.call('HSET', KEYS[1], 'state', ARGV[2], 'ended', ARGV[3])
return 1
