--#include hand
-- Claims whatever fell due: retries, and the jobs of robots whose lease ended. ARGV: how many.
-- Returns {ms until the next retry or -1, number of retries, "<robot> <service> <job>" lost, …}.
local now = clock()
local jobs = redis.call('ZRANGEBYSCORE', 'cockpit:retry', '-inf', now, 'LIMIT', 0, ARGV[1])
for _, job in ipairs(jobs) do
  local record = 'cockpit:job:' .. job
  local f = redis.call('HMGET', record, 'service', 'parked')
  redis.call('ZREM', 'cockpit:retry', job)
  redis.call('HSET', record, 'state', 'queued', 'parked', '')
  redis.call('HDEL', record, 'due')
  count('error', -1)
  count('queued', 1)
  if f[2] == '1' or redis.call('RPUSH', 'cockpit:inbox:' .. f[1], job) == 1 then
    offer(f[1], false)
  end
end
local out = {}
for _, robot in ipairs(redis.call('ZRANGEBYSCORE', 'cockpit:robots', '-inf', now)) do
  for _, row in ipairs(lose(robot, 'the lease of its robot ended', now)) do
    out[#out + 1] = robot .. ' ' .. row
  end
end
local next = redis.call('ZRANGE', 'cockpit:retry', 0, 0, 'WITHSCORES')
return {next[2] and math.max(0, tonumber(next[2]) - now) or -1, #jobs, unpack(out)}
