--#include hand
--#include progress
-- Cancels a run: what runs ends by itself, nothing more begins. ARGV: run. Returns the state it had.
local run, now = ARGV[1], clock()

-- Returns the state of an action whose job was taken back: what it was before, unless it was tried.
local function state_after(service, action, before)
  local state = redis.call('HGET', 'cockpit:state:' .. service, action)
  if state == 'scheduled' then return before end
  return state == 'running' and 'error' or state
end

local key = 'cockpit:run:' .. run
local state = redis.call('HGET', key, 'state')
if state ~= 'running' then return state end
redis.call('HSET', key, 'state', 'cancelling')
local over = 0
for _, service in ipairs(redis.call('HKEYS', key .. ':nodes')) do
  local n = node(run, service)
  local job = n.s == 'queued' and n.a[n.i][2]
  if n.s == 'waiting' or (job and drop(job, now) ~= 'running') then
    local action = job and n.a[n.i][1]
    if job then set_state(service, action, state_after(service, action, n.b)) end
    n.s = 'cancelled'
    put(run, service, n)
    over = over + 1
  end
end
close(run, over, 0, now)
return state
