-- Shared by the scripts that move runs. cockpit:run:<run>:nodes holds each service of a run as msgpack
-- {s = state, w = needs that are not done, i = which action is next, a = [[action, job], …],
-- b = the state that the action in its inbox had before},
-- cockpit:run:<run>:blocks the services that wait for it.
local function node(run, service)
  local raw = redis.call('HGET', 'cockpit:run:' .. run .. ':nodes', service)
  return raw and cmsgpack.unpack(raw)
end

local function put(run, service, n)
  redis.call('HSET', 'cockpit:run:' .. run .. ':nodes', service, cmsgpack.pack(n))
end

local function blocked(run, service)
  local raw = redis.call('HGET', 'cockpit:run:' .. run .. ':blocks', service)
  return raw and cmsgpack.unpack(raw) or {}
end

local function set_state(service, action, state)
  if redis.call('HEXISTS', 'cockpit:services', service) == 0 then return end
  redis.call('HSET', 'cockpit:state:' .. service, action, state)
  redis.call('HINCRBY', 'cockpit:unmirrored:' .. string.match(service, '^([^/]+)/'), service, 1)
end

-- Returns another run that works on one of these services, or false.
local function rival(repo, run, services)
  for _, other in ipairs(redis.call('SMEMBERS', 'cockpit:runs:active:' .. repo)) do
    for _, service in ipairs(services) do
      local n = other ~= run and node(other, service)
      if n and #n.a > 0 then return other end
    end
  end
  return false
end

-- Counts nodes that are over; the last one ends the run.
local function close(run, over, bad, now)
  local key = 'cockpit:run:' .. run
  local left = redis.call('HINCRBY', key, 'left', string.format('%d', -over))
  bad = redis.call('HINCRBY', key, 'bad', bad)
  if left > 0 then return end
  local f = redis.call('HMGET', key, 'state', 'repo')
  local state = f[1] == 'cancelling' and 'cancelled' or bad > 0 and 'error' or 'ok'
  redis.call('HSET', key, 'state', state, 'ended', now)
  redis.call('SREM', 'cockpit:runs:active:' .. f[2], run)
end

-- Queues the job of a node's next action, anew when it died or was dropped before.
local function queue(run, service, n, now)
  local action, job = n.a[n.i][1], n.a[n.i][2]
  local record = 'cockpit:job:' .. job
  local had = redis.call('HGET', record, 'state')
  redis.call('HSET', record, 'state', 'queued', 'event', run, 'service', service, 'action', action,
    'queued', now, 'parked', '', 'failures', 0, 'lost', 0)
  redis.call('ZADD', 'cockpit:jobs', now, job)
  redis.call('ZREM', 'cockpit:jobs:dead', job)
  if had then count(had, -1) end
  count('queued', 1)
  n.s, n.b = 'queued', redis.call('HGET', 'cockpit:state:' .. service, action) or 'new'
  set_state(service, action, 'scheduled')
  if redis.call('RPUSH', 'cockpit:inbox:' .. service, job) == 1 then offer(service, false) end
end

-- Enters services whose needs are done; one with nothing to do is done at once, and for one that is
-- gone nobody waits.
local function enter(run, services, now)
  local over = 0
  while #services > 0 do
    local service = table.remove(services)
    local n = node(run, service)
    local has_work = n.i <= #n.a
    if has_work and redis.call('HEXISTS', 'cockpit:services', service) == 1 then
      queue(run, service, n, now)
    else
      n.s = has_work and 'cancelled' or 'ok'
      over = over + 1
      for _, other in ipairs(blocked(run, service)) do
        local o = node(run, other)
        o.w = o.w - 1
        put(run, other, o)
        if o.w == 0 and o.s == 'waiting' then services[#services + 1] = other end
      end
    end
    put(run, service, n)
  end
  close(run, over, 0, now)
end

-- A node failed: what waits for it, near or far, cannot be done.
local function fail(run, service, n, now)
  n.s = 'error'
  put(run, service, n)
  local over, waiting = 1, {service}
  while #waiting > 0 do
    for _, other in ipairs(blocked(run, table.remove(waiting))) do
      local o = node(run, other)
      if o.s == 'waiting' then
        o.s = 'blocked'
        put(run, other, o)
        over = over + 1
        waiting[#waiting + 1] = other
      end
    end
  end
  close(run, over, over, now)
end

-- Moves a run on when the job of one of its actions ended. `ended`: ok, error (again later), dead.
local function advance(run, service, action, ended, now)
  set_state(service, action, ended == 'ok' and 'ok' or 'error')
  local n = node(run, service)
  if ended == 'error' or not n or n.s ~= 'queued' then return end
  if ended == 'dead' then return fail(run, service, n, now) end
  local f = redis.call('HMGET', 'cockpit:run:' .. run, 'state', 'resets')
  for _, other in ipairs(cmsgpack.unpack(f[2])[action] or {}) do
    if redis.call('HEXISTS', 'cockpit:state:' .. service, other) == 1 then
      set_state(service, other, 'new')
    end
  end
  n.i = n.i + 1
  if f[1] == 'cancelling' then
    n.s = n.i > #n.a and 'ok' or 'cancelled'
    put(run, service, n)
    return close(run, 1, 0, now)
  end
  put(run, service, n)
  enter(run, {service}, now)
end

-- Returns the state of an action whose job was taken back: what it was before, unless it was tried.
local function state_after(service, action, before)
  local state = redis.call('HGET', 'cockpit:state:' .. service, action)
  if state == 'scheduled' then return before end
  return state == 'running' and 'error' or state
end

-- Cancels a run that is not over; returns the jobs that were dropped. Needs `drop`.
local function cancel(run, now)
  local key, over, dropped = 'cockpit:run:' .. run, 0, {}
  redis.call('HSET', key, 'state', 'cancelling')
  for _, service in ipairs(redis.call('HKEYS', key .. ':nodes')) do
    local n = node(run, service)
    local job = n.s == 'queued' and n.a[n.i][2]
    if n.s == 'waiting' or (job and drop(job, now) ~= 'running') then
      if job then
        local action = n.a[n.i][1]
        dropped[#dropped + 1] = job
        set_state(service, action, state_after(service, action, n.b))
      end
      n.s = 'cancelled'
      put(run, service, n)
      over = over + 1
    end
  end
  close(run, over, 0, now)
  return dropped
end
