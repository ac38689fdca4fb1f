--#include hand
-- Gives back a job that a robot was handed without learning of it (the reply was lost).
-- ARGV: robot, service, job, fence. Returns 1 when it was so.
local robot, service = ARGV[1], ARGV[2]
if redis.call('HGET', 'cockpit:working:' .. robot, service) ~= ARGV[3] .. ' ' .. ARGV[4] then
  return 0
end
redis.call('HDEL', 'cockpit:working:' .. robot, service)
redis.call('HSET', 'cockpit:job:' .. ARGV[3], 'state', 'queued')
count('running', -1)
count('queued', 1)
offer(service, true)
return 1
