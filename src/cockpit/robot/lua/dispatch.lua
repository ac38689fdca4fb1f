-- Makes the jobs of a batch of entries of one topic, writes their trails and acknowledges them.
-- KEYS: topic. ARGV: msgpack {index, type, group, events = [[entry, refused, [[job, service, action]]]]}
-- A job is named by its cause, so a redelivered entry makes none twice; one that has its trail is
-- not matched again, so a group that begins anew calls nobody who subscribed since. Returns the
-- number of new jobs, or -1 when the subscription index used is no longer the current one.
local d = cmsgpack.unpack(ARGV[1])
if d.index ~= tonumber(redis.call('GET', 'cockpit:index') or '0') then return -1 end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local made, entries, rung = 0, {}, {}
for _, e in ipairs(d.events) do
  local id, ids = d.type .. '-' .. e[1], {}
  local trail = 'cockpit:trail:' .. id
  local is_new = redis.call('EXISTS', trail) == 0
  for _, j in ipairs(is_new and e[3] or {}) do
    local job, service, record = j[1], j[2], 'cockpit:job:' .. j[1]
    ids[#ids + 1] = job
    if redis.call('HEXISTS', record, 'state') == 0 then
      redis.call('HSET', record, 'state', 'queued', 'event', id, 'service', service,
        'action', j[3], 'queued', now)
      redis.call('ZADD', 'cockpit:jobs', now, job)
      if redis.call('RPUSH', 'cockpit:inbox:' .. service, job) == 1 then
        local repo = string.match(service, '^([^/]+)/')
        redis.call('RPUSH', 'cockpit:ready:' .. repo, service)
        rung[repo] = true
      end
      made = made + 1
    end
  end
  if is_new then
    redis.call('HSET', trail, 'jobs', table.concat(ids, ' '), 'refused', e[2], 'at', now)
  end
  entries[#entries + 1] = e[1]
end
if made > 0 then redis.call('HINCRBY', 'cockpit:counts', 'queued', made) end
redis.call('XACK', KEYS[1], d.group, unpack(entries))
for repo in pairs(rung) do redis.call('PUBLISH', 'cockpit:bell', repo) end
return made
