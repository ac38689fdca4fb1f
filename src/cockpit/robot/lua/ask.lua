-- Asks once per call of a job. KEYS: made key. ARGV: slot, question id, epoch ms, due epoch ms, then
-- the question's fields. Returns its id, its state and its answer.
local id = redis.call('HGET', KEYS[1], ARGV[1])
if not id then
  id = ARGV[2]
  redis.call('HSET', KEYS[1], ARGV[1], id)
  redis.call('HSET', 'cockpit:question:' .. id, 'state', 'waiting', 'asked', ARGV[3], 'due', ARGV[4],
    unpack(ARGV, 5))
  redis.call('ZADD', 'cockpit:questions', ARGV[3], id)
  redis.call('ZADD', 'cockpit:questions:due', ARGV[4], id)
end
local f = redis.call('HMGET', 'cockpit:question:' .. id, 'state', 'answer')
return {id, f[1], f[2] or ''}
