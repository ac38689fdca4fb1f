--#include hand
--#include progress
-- Takes a run that ended up again: what is not ok is done, beginning with what failed.
-- ARGV: run. Returns the state it had, or the run that works on one of its services.
local run, now = ARGV[1], clock()
local key = 'cockpit:run:' .. run
local f = redis.call('HMGET', key, 'state', 'repo', 'forced', 'ended')
if f[1] ~= 'error' and f[1] ~= 'cancelled' then return f[1] end

-- Puts what needs not be done any more before the actions that are left. What a forced run did not
-- come to was ok before it, so only what failed in it can have become ok since.
local function pass_over(service, n)
  local done, rest, first = {}, {}, n.i
  for i, pair in ipairs(n.a) do
    local state = redis.call('HGET', 'cockpit:state:' .. service, pair[1])
    local counts = f[3] ~= '1' or (i == first and n.s == 'error')
    local is_done = i < first or state == 'disabled' or (state == 'ok' and counts)
    table.insert(is_done and done or rest, pair)
  end
  n.i = #done + 1
  for _, pair in ipairs(rest) do done[#done + 1] = pair end
  n.a = done
end

local nodes, waits, left, busy, first = {}, {}, {}, {}, {}
for _, service in ipairs(redis.call('HKEYS', key .. ':nodes')) do
  local n = node(run, service)
  if n.s ~= 'ok' then
    pass_over(service, n)
    nodes[service], left[#left + 1] = n, service
    if #n.a > 0 then busy[#busy + 1] = service end
    for _, other in ipairs(blocked(run, service)) do waits[other] = (waits[other] or 0) + 1 end
  end
end
local other = rival(f[2], run, busy)
if other then return other end
for _, service in ipairs(left) do
  local n = nodes[service]
  n.s, n.w = 'waiting', waits[service] or 0
  put(run, service, n)
  if n.w == 0 then first[#first + 1] = service end
end
redis.call('HSET', key, 'state', 'running', 'left', #left, 'bad', 0)
redis.call('HINCRBY', key, 'idle', string.format('%d', now - f[4]))
redis.call('HDEL', key, 'ended')
redis.call('SADD', 'cockpit:runs:active:' .. f[2], run)
enter(run, first, now)
return f[1]
