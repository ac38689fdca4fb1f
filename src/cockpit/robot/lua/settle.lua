--#include hand
--#include progress
-- Records how attempts ended and moves their inboxes on.
-- ARGV: robot, then msgpack [[service, job, fence, state (ok, error, dead, waiting), delay ms, strict,
--       more (hand the next job of this service at once), try JSON ("" when ok), [field, value, …],
--       run ("" for none), action]]
-- Returns for each: "stale" when its lease or fence is over, "broken: …" when it could not be
-- recorded (which holds up no other), else the next job, or "" without one.
local robot, rows, now = ARGV[1], cmsgpack.unpack(ARGV[2]), clock()
local stamp, key = string.format('%d', now), 'cockpit:working:' .. ARGV[1]
local out, working, free, counts = {}, {}, {}, {}

local function add(state, by) counts[state] = (counts[state] or 0) + by end

-- Moves a job that did not end well to where it waits; returns whether its service waits with it.
local function keep(job, record, state, delay, strict, try)
  redis.call('RPUSH', 'cockpit:tries:' .. job, try)
  redis.call('HINCRBY', record, 'failures', 1)
  if state == 'dead' then
    redis.call('ZADD', 'cockpit:jobs:dead', now, job)
    return false
  end
  redis.call('ZADD', 'cockpit:retry', now + delay, job)
  redis.call('HSET', record, 'due', now + delay, 'parked', strict and '1' or '')
  return strict
end

-- Queues a job again whose question was answered before it began to wait.
local function come_back(job, record, inbox)
  local question = redis.call('HGET', record, 'question')
  if redis.call('HGET', 'cockpit:question:' .. question, 'state') == 'waiting' then return end
  redis.call('HSET', record, 'state', 'queued')
  redis.call('RPUSH', inbox, job)
  add('waiting', -1)
  add('queued', 1)
end

local function settle(service, job, state, delay, strict, more, try, fields, run, action)
  local record, inbox = 'cockpit:job:' .. job, 'cockpit:inbox:' .. service
  redis.call('HSET', record, 'state', state, 'ended', stamp, unpack(fields))
  add(state, 1)
  if run ~= '' and state ~= 'waiting' then advance(run, service, action, state, now) end
  if state == 'ok' or state == 'waiting' or not keep(job, record, state, delay, strict, try) then
    redis.call('LPOP', inbox)
    if state == 'waiting' then
      -- What goes on later has a new fence, and is the same attempt to people.
      redis.call('HINCRBY', record, 'waits', 1)
      redis.call('HSET', record, 'waited', redis.call('HGET', record, 'attempts'))
      come_back(job, record, inbox)
    end
    local head = redis.call('LINDEX', inbox, 0)
    if head and more and hand(robot, service, head, stamp, out, working) then
      -- One ends and one begins: as many run as before.
      add('queued', -1)
      return
    end
    if head then offer(service, false) end
  end
  add('running', -1)
  free[#free + 1] = service
  out[#out + 1] = ''
end

local services = {}
for i, r in ipairs(rows) do services[i] = r[1] end
local held = redis.call('HMGET', key, unpack(services))
local seen = {}
for i, r in ipairs(rows) do
  local service, job = r[1], r[2]
  if seen[service] or held[i] ~= job .. ' ' .. r[3] then
    out[#out + 1] = 'stale'
  else
    seen[service] = true
    local is_done, error = pcall(settle, service, job, unpack(r, 4))
    if not is_done then out[#out + 1] = 'broken: ' .. tostring(error) end
  end
end
for state, by in pairs(counts) do count(state, by) end
if #free > 0 then redis.call('HDEL', key, unpack(free)) end
if #working > 0 then redis.call('HSET', key, unpack(working)) end
return out
