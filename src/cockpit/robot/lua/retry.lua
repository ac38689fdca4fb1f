--#include hand
-- Queues a job that waits or died again, now. ARGV: job. Returns the state it had, or false.
local job, record = ARGV[1], 'cockpit:job:' .. ARGV[1]
local f = redis.call('HMGET', record, 'state', 'service', 'parked')
if f[1] ~= 'error' and f[1] ~= 'dead' then return f[1] end
redis.call('ZREM', 'cockpit:retry', job)
redis.call('ZREM', 'cockpit:jobs:dead', job)
redis.call('HSET', record, 'state', 'queued', 'parked', '', 'failures', 0, 'lost', 0)
redis.call('HDEL', record, 'due')
count(f[1], -1)
count('queued', 1)
if f[3] == '1' or redis.call('RPUSH', 'cockpit:inbox:' .. f[2], job) == 1 then offer(f[2], false) end
return f[1]
