--#include hand
--#include progress
--#include unfinished
-- Removes all services of a repository that is no more: its runs are cancelled, and its jobs dropped;
-- what runs ends by itself. ARGV: repo. Returns the jobs that were dropped.
local now, ours, dropped = clock(), {}, {}
for _, service in ipairs(redis.call('HKEYS', 'cockpit:services')) do
  if string.sub(service, 1, #ARGV[1] + 1) == ARGV[1] .. '/' then ours[#ours + 1] = service end
end
for _, run in ipairs(redis.call('SMEMBERS', 'cockpit:runs:active:' .. ARGV[1])) do
  for _, job in ipairs(cancel(run, now)) do dropped[#dropped + 1] = job end
end
for _, job in ipairs(unfinished(ours)) do
  if drop(job, now) ~= 'running' then dropped[#dropped + 1] = job end
end
for _, service in ipairs(ours) do
  redis.call('HDEL', 'cockpit:services', service)
  redis.call('DEL', 'cockpit:data:' .. service, 'cockpit:state:' .. service)
end
redis.call('DEL', 'cockpit:templates:' .. ARGV[1])
redis.call('INCR', 'cockpit:index')
return dropped
