-- Trims finished events from one topic.
-- KEYS: topic. ARGV: stream id to start after, keep entries since this epoch ms, how many to look at.
-- An entry goes when every group acknowledged it and all its jobs are ok or dropped; a dead job
-- keeps its event, and so does what was buried.
-- Returns {next start ("" = done), trimmed, references to remove}.
local topic, since, count = KEYS[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local type = string.sub(topic, 6)
if redis.call('EXISTS', topic) == 0 then return {'', 0, {}} end

local function less(a, b)
  local am, as = string.match(a, '(%d+)-(%d+)')
  local bm, bs = string.match(b, '(%d+)-(%d+)')
  am, as, bm, bs = tonumber(am), tonumber(as), tonumber(bm), tonumber(bs)
  return am < bm or (am == bm and as < bs)
end

local groups = {}
for _, row in ipairs(redis.call('XINFO', 'GROUPS', topic)) do
  local g = {}
  for i = 1, #row, 2 do g[row[i]] = row[i + 1] end
  local pending = redis.call('XPENDING', topic, g['name'])
  groups[#groups + 1] = {last = g['last-delivered-id'], oldest = pending[2]}
end

local function acknowledged(entry)
  if #groups == 0 then return false end
  for _, g in ipairs(groups) do
    if less(g.last, entry) then return false end
    if g.oldest and not less(entry, g.oldest) then return false end
  end
  return true
end

local function finished(id)
  local trail = redis.call('HMGET', 'cockpit:trail:' .. id, 'jobs', 'buried')
  if trail[2] then return false end
  local jobs = trail[1]
  for job in string.gmatch(jobs or '', '%S+') do
    local state = redis.call('HGET', 'cockpit:job:' .. job, 'state')
    if state and state ~= 'ok' and state ~= 'dropped' then return false end
  end
  return true, jobs
end

local gone, trimmed, start = {}, 0, ''
for _, e in ipairs(redis.call('XRANGE', topic, '(' .. ARGV[1], '+', 'COUNT', count)) do
  local entry, fields = e[1], e[2]
  if tonumber(string.match(entry, '^(%d+)')) >= since then start = '' break end
  start = entry
  local id = type .. '-' .. entry
  local done, jobs = finished(id)
  if done and acknowledged(entry) then
    for job in string.gmatch(jobs or '', '%S+') do
      local state = redis.call('HGET', 'cockpit:job:' .. job, 'state')
      if state then redis.call('HINCRBY', 'cockpit:counts', state, -1) end
      redis.call('DEL', 'cockpit:job:' .. job, 'cockpit:tries:' .. job, 'cockpit:made:' .. job,
        'cockpit:posts:' .. job)
      redis.call('ZREM', 'cockpit:jobs', job)
    end
    redis.call('DEL', 'cockpit:trail:' .. id)
    redis.call('XDEL', topic, entry)
    trimmed = trimmed + 1
    for i = 1, #fields, 2 do
      if fields[i] == 'refs' then
        for ref in string.gmatch(fields[i + 1], '%S+') do
          if redis.call('HINCRBY', 'cockpit:refs', ref, -1) <= 0 then
            redis.call('HDEL', 'cockpit:refs', ref)
            gone[#gone + 1] = ref
          end
        end
      end
    end
  end
end
if trimmed > 0 then redis.call('HINCRBY', 'cockpit:counts', 'removed:' .. type, trimmed) end
return {start, trimmed, gone}
