-- Stores a message to people, once. KEYS: message. ARGV: message id, epoch ms, then its fields.
-- Returns 1 when it is new.
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'state', 'held', 'epoch', ARGV[2], unpack(ARGV, 3))
redis.call('ZADD', 'cockpit:messages', ARGV[2], ARGV[1])
redis.call('ZADD', 'cockpit:messages:due', ARGV[2], ARGV[1])
return 1
