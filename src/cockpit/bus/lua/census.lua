-- Counts what is in the log, in one step: between a removal and its note a counter would fall.
-- KEYS: topics. ARGV: group, how many entries to look at where Redis does not tell how many wait.
-- Returns for each topic: kept, removed, waiting (for the group), ms since the oldest of these came.
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)

local function age(entry) return math.max(0, now - tonumber(string.match(entry, '^%d+'))) end

local function group(topic)
  if redis.call('EXISTS', topic) == 0 then return nil end
  for _, row in ipairs(redis.call('XINFO', 'GROUPS', topic)) do
    local g = {}
    for i = 1, #row, 2 do g[row[i]] = row[i + 1] end
    if g['name'] == ARGV[1] then return g end
  end
  return {['last-delivered-id'] = '0-0'}
end

local function waiting(topic, g)
  local count, oldest = 0, 0
  if g['name'] then
    local pending = redis.call('XPENDING', topic, ARGV[1])
    count = pending[1]
    if pending[2] then oldest = age(pending[2]) end
  end
  -- Redis 6 does not tell the lag, 7 not once something was deleted.
  local lag = tonumber(g['lag'] or nil)
  local rest = redis.call('XRANGE', topic, '(' .. g['last-delivered-id'], '+', 'COUNT',
    lag and 1 or ARGV[2])
  if rest[1] then oldest = math.max(oldest, age(rest[1][1])) end
  return count + (lag or #rest), oldest
end

local out = {}
for _, topic in ipairs(KEYS) do
  local count, oldest, g = 0, 0, group(topic)
  if g then count, oldest = waiting(topic, g) end
  local removed = redis.call('HGET', 'cockpit:counts', 'removed:' .. string.sub(topic, 6))
  out[#out + 1] = redis.call('XLEN', topic)
  out[#out + 1] = tonumber(removed or '0')
  out[#out + 1] = count
  out[#out + 1] = oldest
end
return out
