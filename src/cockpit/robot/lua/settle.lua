--#include hand
-- Records how an attempt ended and moves the inbox on.
-- ARGV: robot, service, job, fence, state (ok, error, dead), delay ms, strict ("1" or ""),
--       more ("1": hand the next job of this service at once), try JSON ("" when ok), then fields.
-- Returns "stale" when the lease or the fence is over, else the next job or false.
local robot, service, job, fence, state = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
if redis.call('HGET', 'cockpit:working:' .. robot, service) ~= job .. ' ' .. fence then
  return 'stale'
end
local now, record, inbox = clock(), 'cockpit:job:' .. job, 'cockpit:inbox:' .. service
redis.call('HSET', record, 'state', state, 'ended', now, unpack(ARGV, 10))
count(state, 1)
local parked = false
if state == 'ok' then
  redis.call('LPOP', inbox)
else
  redis.call('RPUSH', 'cockpit:tries:' .. job, ARGV[9])
  redis.call('HINCRBY', record, 'failures', 1)
  if state == 'dead' then
    redis.call('LPOP', inbox)
    redis.call('ZADD', 'cockpit:jobs:dead', now, job)
  else
    parked = ARGV[7] == '1'
    if not parked then redis.call('LPOP', inbox) end
    redis.call('ZADD', 'cockpit:retry', now + tonumber(ARGV[6]), job)
    redis.call('HSET', record, 'due', now + tonumber(ARGV[6]), 'parked', parked and '1' or '')
  end
end
if not parked and ARGV[8] == '1' then
  local head = redis.call('LINDEX', inbox, 0)
  if head and tonumber(redis.call('HGET', 'cockpit:job:' .. head, 'lost') or '0') < 2 then
    -- One ends and one begins: as many run as before.
    count('queued', -1)
    return hand(robot, service, now)
  end
end
count('running', -1)
redis.call('HDEL', 'cockpit:working:' .. robot, service)
if not parked then offer(service, false) end
return false
