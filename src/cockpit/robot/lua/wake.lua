-- Shared by the scripts that end a question: its job goes on, unless it never began to wait.
local function wake(id)
  redis.call('ZREM', 'cockpit:questions:due', id)
  local job = redis.call('HGET', 'cockpit:question:' .. id, 'job')
  local record = 'cockpit:job:' .. job
  local f = redis.call('HMGET', record, 'state', 'service')
  if f[1] ~= 'waiting' then return end
  redis.call('HSET', record, 'state', 'queued')
  count('waiting', -1)
  count('queued', 1)
  if redis.call('RPUSH', 'cockpit:inbox:' .. f[2], job) == 1 then offer(f[2], false) end
end
