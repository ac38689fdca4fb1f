-- Makes the jobs of a batch of entries of one topic, writes their trails and acknowledges them.
-- KEYS: topic. ARGV: msgpack {index, type, group, events = [[entry, refused, [[job, service, action]],
--       [[service that expected it, ms until it expects the next]]]]}
-- A job is named by its cause, so a redelivered entry makes none twice; one that has its trail is
-- not matched again, so a group that begins anew calls nobody who subscribed since. Returns the
-- number of new jobs, or -1 when the subscription index used is no longer the current one.
local d = cmsgpack.unpack(ARGV[1])
if d.index ~= tonumber(redis.call('GET', 'cockpit:index') or '0') then return -1 end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)

-- Calls a command with arguments that may be too many for one call.
local function each(name, key, args)
  local sum = 0
  for i = 1, #args, 1000 do
    local part = {unpack(args, i, math.min(i + 999, #args))}
    if key then table.insert(part, 1, key) end
    sum = sum + redis.call(name, unpack(part))
  end
  return sum
end

local trails, records = {}, {}
for _, e in ipairs(d.events) do
  trails[#trails + 1] = 'cockpit:trail:' .. d.type .. '-' .. e[1]
  for _, j in ipairs(e[3]) do records[#records + 1] = 'cockpit:job:' .. j[1] end
end
-- PERF: asked for all at once, for almost always all are new.
local all_new = each('EXISTS', nil, trails) == 0 and each('EXISTS', nil, records) == 0

local seen, made, entries, ready = {}, {}, {}, {}
for i, e in ipairs(d.events) do
  local id, ids = d.type .. '-' .. e[1], {}
  local is_new = all_new or redis.call('EXISTS', trails[i]) == 0
  for _, j in ipairs(is_new and e[3] or {}) do
    local job, service, record = j[1], j[2], 'cockpit:job:' .. j[1]
    ids[#ids + 1] = job
    if not seen[job] and (all_new or redis.call('HEXISTS', record, 'state') == 0) then
      seen[job] = true
      redis.call('HSET', record, 'state', 'queued', 'event', id, 'service', service,
        'action', j[3], 'queued', now)
      if redis.call('RPUSH', 'cockpit:inbox:' .. service, job) == 1 then
        local repo = string.match(service, '^([^/]+)/')
        ready[repo] = ready[repo] or {}
        table.insert(ready[repo], service)
      end
      made[#made + 1] = now
      made[#made + 1] = job
    end
  end
  for _, a in ipairs(e[4]) do
    local member = 'expects ' .. a[1] .. ' ' .. d.type
    redis.call('ZADD', 'cockpit:schedule', 'XX', now + a[2], member)
    if redis.call('HEXISTS', 'cockpit:schedule:silent', member) == 1 then
      redis.call('HSET', 'cockpit:schedule:silent', member, id)
    end
  end
  if is_new then
    redis.call('HSET', trails[i], 'jobs', table.concat(ids, ' '), 'refused', e[2], 'at', now)
  end
  entries[#entries + 1] = e[1]
end
if #made > 0 then
  each('ZADD', 'cockpit:jobs', made)
  redis.call('HINCRBY', 'cockpit:counts', 'queued', #made / 2)
end
redis.call('XACK', KEYS[1], d.group, unpack(entries))
for repo, services in pairs(ready) do
  each('RPUSH', 'cockpit:ready:' .. repo, services)
  redis.call('PUBLISH', 'cockpit:bell', repo)
end
return #made / 2
