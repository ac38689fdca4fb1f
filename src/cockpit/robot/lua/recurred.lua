-- Shared by the scripts that move recurring actions: cockpit:recurred:<service>:<action> lists the
-- newest jobs of each, newest first.
local KEPT = 20

local function is_over(job)
  local state = redis.call('HGET', 'cockpit:job:' .. job, 'state')
  return not state or state == 'ok' or state == 'dead' or state == 'dropped'
end

local function forget(job)
  local had = redis.call('HGET', 'cockpit:job:' .. job, 'state')
  if had then count(had, -1) end
  redis.call('DEL', 'cockpit:job:' .. job, 'cockpit:tries:' .. job, 'cockpit:made:' .. job,
    'cockpit:posts:' .. job)
  redis.call('ZREM', 'cockpit:jobs', job)
  redis.call('ZREM', 'cockpit:jobs:dead', job)
end

-- Forgets the oldest jobs of an action beyond so many; one that is not over stays.
local function forget_older(of, kept)
  local key = 'cockpit:recurred:' .. of
  for _, job in ipairs(redis.call('LRANGE', key, kept, -1)) do
    if is_over(job) then
      forget(job)
      redis.call('LREM', key, -1, job)
    end
  end
end
