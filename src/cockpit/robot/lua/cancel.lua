--#include hand
--#include progress
-- Cancels a run: what runs ends by itself, nothing more begins. ARGV: run. Returns the state it had.
local state = redis.call('HGET', 'cockpit:run:' .. ARGV[1], 'state')
if state == 'running' then cancel(ARGV[1], clock()) end
return state
