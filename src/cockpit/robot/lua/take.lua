--#include hand
-- Hands up to n jobs to a robot that holds its lease. ARGV: robot, n, alone ("1" or ""), repo, …
-- Alone: one job that was lost twice, so that it can bury no neighbour.
-- Returns the jobs, one after the other, or false when the robot's lease is over.
local robot, n, alone, now = ARGV[1], tonumber(ARGV[2]), ARGV[3] == '1', clock()
local lease = redis.call('ZSCORE', 'cockpit:robots', robot)
if not lease or tonumber(lease) < now then return false end
local stamp = string.format('%d', now)
local out, working, handed = {}, {}, 0
for i = 4, #ARGV do
  local list = (alone and 'cockpit:solo:' or 'cockpit:ready:') .. ARGV[i]
  while handed < n do
    local services = redis.call('LPOP', list, n - handed)
    if not services then break end
    for _, service in ipairs(services) do
      local job = redis.call('LINDEX', 'cockpit:inbox:' .. service, 0)
      if job and hand(robot, service, job, stamp, out, working, alone) then
        handed = handed + 1
      else
        offer(service, false)
      end
    end
  end
end
if handed > 0 then
  redis.call('HSET', 'cockpit:working:' .. robot, unpack(working))
  count('queued', -handed)
  count('running', handed)
end
return out
