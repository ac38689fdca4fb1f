--#include hand
--#include progress
-- Gives a job up: it runs no more. ARGV: job. Returns the state it had; "running" is not dropped.
local now = clock()
local state = drop(ARGV[1], now)
local f = redis.call('HMGET', 'cockpit:job:' .. ARGV[1], 'event', 'service', 'action', 'state')
if state and state ~= 'dropped' and f[4] == 'dropped' and string.sub(f[1], 1, 4) == 'run-' then
  advance(f[1], f[2], f[3], 'dead', now)
end
return state
