-- Shared by the scripts that move jobs: hands the head of an inbox to a robot.
-- The fence is how often the job was handed; a result that carries an older one is refused.
local function clock()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

local function count(state, by) redis.call('HINCRBY', 'cockpit:counts', state, by) end

-- Hands a job, unless it was lost so often that it must run alone; returns whether it did.
-- Adds seven texts to `out` for its robot, and to `working` what the caller writes to
-- cockpit:working:<robot>, for all that it hands at once.
-- PERF: a reply is a flat list, for Redis writes each nested one to the socket by itself.
local function hand(robot, service, job, stamp, out, working, alone)
  local record = 'cockpit:job:' .. job
  local f = redis.call('HMGET', record, 'event', 'action', 'failures', 'attempts', 'lost')
  if not alone and tonumber(f[5] or 0) >= 2 then return false end
  -- PERF: numbers go to Redis as text, for it formats them slowly.
  local fence = f[4] and string.format('%d', f[4] + 1) or '1'
  -- PERF: one write, for each is one more record in the append-only file.
  redis.call('HSET', record,
    'attempts', fence, 'state', 'running', 'started', stamp, 'robot', robot)
  local type, entry = string.match(f[1], '^(%a+)-(.+)$')
  local event = {}
  if type == 'run' then
    if redis.call('HEXISTS', 'cockpit:services', service) == 1 then
      redis.call('HSET', 'cockpit:state:' .. service, f[2], 'running')
    end
  elseif type == 'change' then
    event = {'event', redis.call('HGET', record, 'about') or ''}
  else
    local found = redis.call('XRANGE', 'ckpt.' .. type, entry, entry)
    event = found[1] and found[1][2] or {}
  end
  local raw = ''
  for i = 1, #event, 2 do if event[i] == 'event' then raw = event[i + 1] end end
  for _, text in ipairs({service, job, fence, f[1], f[2], f[3] or '0', raw}) do
    out[#out + 1] = text
  end
  working[#working + 1] = service
  working[#working + 1] = job .. ' ' .. fence
  return true
end

-- Puts a service whose inbox is not empty where its head belongs.
local function offer(service, front)
  local job = redis.call('LINDEX', 'cockpit:inbox:' .. service, 0)
  if not job then return end
  local repo = string.match(service, '^([^/]+)/')
  local lost = tonumber(redis.call('HGET', 'cockpit:job:' .. job, 'lost') or '0')
  if lost >= 2 then
    redis.call('RPUSH', 'cockpit:solo:' .. repo, service)
  else
    redis.call(front and 'LPUSH' or 'RPUSH', 'cockpit:ready:' .. repo, service)
  end
  redis.call('PUBLISH', 'cockpit:bell', repo)
end

-- Gives a job up: it runs no more. Returns the state it had; "running" is not dropped.
local function drop(job, now)
  local record = 'cockpit:job:' .. job
  local f = redis.call('HMGET', record, 'state', 'service', 'parked')
  if not f[1] or f[1] == 'running' or f[1] == 'ok' or f[1] == 'dropped' then return f[1] end
  local inbox = 'cockpit:inbox:' .. f[2]
  local head = redis.call('LINDEX', inbox, 0) == job
  redis.call('LREM', inbox, 0, job)
  redis.call('ZREM', 'cockpit:retry', job)
  redis.call('ZREM', 'cockpit:jobs:dead', job)
  if f[1] == 'waiting' then
    local question = redis.call('HGET', record, 'question')
    redis.call('ZREM', 'cockpit:questions:due', question)
    redis.call('HSET', 'cockpit:question:' .. question, 'state', 'over', 'ended', now)
  end
  redis.call('HDEL', record, 'due')
  redis.call('HSET', record, 'state', 'dropped', 'ended', now, 'parked', '')
  count(f[1], -1)
  count('dropped', 1)
  if head then
    local repo = string.match(f[2], '^([^/]+)/')
    redis.call('LREM', 'cockpit:ready:' .. repo, 0, f[2])
    redis.call('LREM', 'cockpit:solo:' .. repo, 0, f[2])
    offer(f[2], true)
  end
  return f[1]
end

-- Takes everything from a robot that is gone; returns "<service> <job>" of each.
local function lose(robot, reason, now)
  local out, rows = {}, redis.call('HGETALL', 'cockpit:working:' .. robot)
  redis.call('DEL', 'cockpit:working:' .. robot)
  redis.call('ZREM', 'cockpit:robots', robot)
  redis.call('DEL', 'cockpit:robot:' .. robot)
  for i = 1, #rows, 2 do
    local service = rows[i]
    local job, fence = string.match(rows[i + 1], '^(%S+) (%d+)$')
    local record = 'cockpit:job:' .. job
    redis.call('HINCRBY', record, 'lost', 1)
    redis.call('HSET', record, 'state', 'queued', 'error', reason)
    redis.call('RPUSH', 'cockpit:tries:' .. job, cjson.encode(
      {attempt = tonumber(fence) - (redis.call('HGET', record, 'waits') or 0), state = 'lost', ended_ms = now, error = reason, robot = robot}))
    count('running', -1)
    count('queued', 1)
    offer(service, true)
    out[#out + 1] = service .. ' ' .. job
  end
  return out
end
