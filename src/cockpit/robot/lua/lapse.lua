--#include hand
--#include wake
-- Ends the questions whose time is over, and forgets those asked before a moment.
-- ARGV: epoch ms now, epoch ms of the moment, how many at most. Returns the number that ended.
local due = redis.call('ZRANGEBYSCORE', 'cockpit:questions:due', '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, id in ipairs(due) do
  redis.call('HSET', 'cockpit:question:' .. id, 'state', 'over', 'ended', ARGV[1])
  wake(id)
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', 'cockpit:questions', '-inf', ARGV[2], 'LIMIT', 0, ARGV[3])) do
  if redis.call('HGET', 'cockpit:question:' .. id, 'state') ~= 'waiting' then
    redis.call('DEL', 'cockpit:question:' .. id)
    redis.call('ZREM', 'cockpit:questions', id)
  end
end
return #due
