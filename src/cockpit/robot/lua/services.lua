--#include hand
--#include recurred
-- Writes services and the data that a blueprint gives them, and raises the index number.
-- ARGV: msgpack [{service, record, data = {key: JSON}, changed = [action, …], scheduled = [action],
--   gone = [key, …], states = {action: state}, mirrored, jobs = [[job, action, cause, about], …]}];
--   the last four may be missing.
-- Without a record only what is scheduled counts: it is, unless it is ok or being done.
-- An action that is changed and was ok is "changed" from here on: the next run does it again.
-- With states no other action has one. What is mirrored comes from files: they need not be written.
-- The second argument is the index number that it was planned by: when that is no longer the current
-- one, nothing is written and -1 returned.
if ARGV[2] ~= (redis.call('GET', 'cockpit:index') or '0') then return -1 end
for _, s in ipairs(cmsgpack.unpack(ARGV[1])) do
  if s.record then redis.call('HSET', 'cockpit:services', s.service, s.record) end
  for key, value in pairs(s.data) do
    redis.call('HSET', 'cockpit:data:' .. s.service, key, value)
  end
  for _, key in ipairs(s.gone or {}) do redis.call('HDEL', 'cockpit:data:' .. s.service, key) end
  if s.states then redis.call('DEL', 'cockpit:state:' .. s.service) end
  for action, state in pairs(s.states or {}) do
    redis.call('HSET', 'cockpit:state:' .. s.service, action, state)
    if state == 'disabled' then redis.call('SADD', 'cockpit:disabled', s.service .. ' ' .. action) end
  end
  for _, action in ipairs(s.scheduled) do
    local state = redis.call('HGET', 'cockpit:state:' .. s.service, action)
    if not state or state == 'new' or state == 'error' or state == 'changed' then
      redis.call('HSET', 'cockpit:state:' .. s.service, action, 'scheduled')
    end
  end
  for _, action in ipairs(s.changed) do
    if redis.call('HGET', 'cockpit:state:' .. s.service, action) == 'ok' then
      redis.call('HSET', 'cockpit:state:' .. s.service, action, 'changed')
    end
  end
  for _, j in ipairs(s.jobs or {}) do
    local job, action, of = j[1], j[2], s.service .. ':' .. j[2]
    redis.call('HSET', 'cockpit:job:' .. job, 'state', 'queued', 'event', j[3], 'service', s.service,
      'action', action, 'queued', clock(), 'about', j[4])
    redis.call('ZADD', 'cockpit:jobs', clock(), job)
    count('queued', 1)
    redis.call('LPUSH', 'cockpit:recurred:' .. of, job)
    forget_older(of, KEPT)
    if redis.call('RPUSH', 'cockpit:inbox:' .. s.service, job) == 1 then offer(s.service, false) end
  end
  if not s.mirrored then
    local repo = string.match(s.service, '^([^/]+)/')
    redis.call('HINCRBY', 'cockpit:unmirrored:' .. repo, s.service, 1)
  end
end
return redis.call('INCR', 'cockpit:index')
