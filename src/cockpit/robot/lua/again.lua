--#include hand
--#include progress
-- Takes a run that ended up again: what is not ok is done, beginning with what failed.
-- ARGV: run. Returns the state it had.
local run, now = ARGV[1], clock()
local key = 'cockpit:run:' .. run
local f = redis.call('HMGET', key, 'state', 'repo')
if f[1] ~= 'error' and f[1] ~= 'cancelled' then return f[1] end
local waits, left, first = {}, {}, {}
for _, service in ipairs(redis.call('HKEYS', key .. ':nodes')) do
  local n = node(run, service)
  if n.s ~= 'ok' then
    left[#left + 1] = service
    for _, other in ipairs(blocked(run, service)) do waits[other] = (waits[other] or 0) + 1 end
  end
end
for _, service in ipairs(left) do
  local n = node(run, service)
  n.s, n.w = 'waiting', waits[service] or 0
  put(run, service, n)
  if n.w == 0 then first[#first + 1] = service end
end
redis.call('HSET', key, 'state', 'running', 'left', #left, 'bad', 0)
redis.call('HDEL', key, 'ended')
redis.call('SADD', 'cockpit:runs:active:' .. f[2], run)
enter(run, first, now)
return f[1]
