--#include hand
--#include recurred
-- Moves what fell due on, each once. ARGV: msgpack [[member, due, next, job, service, action,
--   cause, waits]]; times in epoch ms. Without a job only the time moves. While the last job of an
-- action is not over there is no other: its turn is passed over, or `waits`.
-- Returns the number of new jobs.
local made = 0
local function is_busy(of)
  local last = redis.call('LINDEX', 'cockpit:recurred:' .. of, 0)
  return last and not is_over(last)
end

for _, r in ipairs(cmsgpack.unpack(ARGV[1])) do
  local member, due, next, job, service, action, cause, waits = unpack(r)
  local of = service .. ':' .. action
  local is_mine = tonumber(redis.call('ZSCORE', 'cockpit:schedule', member)) == due
  local busy = job ~= '' and is_busy(of)
  if is_mine and not (busy and waits) then
    redis.call('ZADD', 'cockpit:schedule', string.format('%d', next), member)
    local off = redis.call('HGET', 'cockpit:state:' .. service, action) == 'disabled'
    if job ~= '' and not busy and not off then
      local now = clock()
      redis.call('HSET', 'cockpit:job:' .. job, 'state', 'queued', 'event', cause, 'service', service,
        'action', action, 'queued', now)
      redis.call('ZADD', 'cockpit:jobs', now, job)
      count('queued', 1)
      redis.call('LPUSH', 'cockpit:recurred:' .. of, job)
      forget_older(of, KEPT)
      if redis.call('RPUSH', 'cockpit:inbox:' .. service, job) == 1 then offer(service, false) end
      made = made + 1
    end
  end
end
return made
