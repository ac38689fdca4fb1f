--#include hand
-- Hands up to n jobs to a robot that holds its lease. ARGV: robot, n, alone ("1" or ""), repo, …
-- Alone: one job that was lost twice, so that it can bury no neighbour.
-- Returns the jobs, or false when the robot's lease is over.
local robot, n, alone, now = ARGV[1], tonumber(ARGV[2]), ARGV[3] == '1', clock()
local lease = redis.call('ZSCORE', 'cockpit:robots', robot)
if not lease or tonumber(lease) < now then return false end
local out = {}
for i = 4, #ARGV do
  local list = (alone and 'cockpit:solo:' or 'cockpit:ready:') .. ARGV[i]
  while #out < n do
    local service = redis.call('LPOP', list)
    if not service then break end
    out[#out + 1] = hand(robot, service, now)
  end
end
if #out > 0 then
  count('queued', -#out)
  count('running', #out)
end
return out
