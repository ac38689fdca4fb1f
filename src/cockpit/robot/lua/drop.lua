--#include hand
-- Gives a job up: it runs no more. ARGV: job. Returns the state it had; "running" is not dropped.
local job, record = ARGV[1], 'cockpit:job:' .. ARGV[1]
local f = redis.call('HMGET', record, 'state', 'service', 'parked')
if not f[1] or f[1] == 'running' or f[1] == 'ok' or f[1] == 'dropped' then return f[1] end
local inbox = 'cockpit:inbox:' .. f[2]
local head = redis.call('LINDEX', inbox, 0) == job
redis.call('LREM', inbox, 0, job)
redis.call('ZREM', 'cockpit:retry', job)
redis.call('ZREM', 'cockpit:jobs:dead', job)
redis.call('HDEL', record, 'due')
redis.call('HSET', record, 'state', 'dropped', 'ended', clock(), 'parked', '')
count(f[1], -1)
count('dropped', 1)
if head then
  local repo = string.match(f[2], '^([^/]+)/')
  redis.call('LREM', 'cockpit:ready:' .. repo, 0, f[2])
  redis.call('LREM', 'cockpit:solo:' .. repo, 0, f[2])
  offer(f[2], true)
end
return f[1]
