--#include cockpit.bus/entry
--#include shelf
-- Takes note of one hit: counts it, and tells of its eco when that is due, in one step.
-- KEYS: topic, mark key ("" = none), made key ("" = none)
-- ARGV: JSON of what the hit is (eco/hit.py), JSON of the eco without what the ledger knows better,
--       JSON of its meta
-- Returns JSON [guid, state, occurence, outcome, newest event, whether this hit made that event].
local h, body, meta = cjson.decode(ARGV[1]), ARGV[2], ARGV[3]
local AGAIN_MS, MOST_APPS, DAY_S = 300000, 1000, 86400
local t = redis.call('TIME')
local now = h.now > 0 and h.now or t[1] * 1000 + math.floor(t[2] / 1000)

-- A time more than a day ahead is none, or not in seconds: it would be the last for ever.
local latest = now / 1000 + DAY_S
if h.epoch <= 0 or h.epoch > latest then h.epoch = math.floor(now / 1000) end

local function number(n) return string.format('%d', n) end
local seen = number(h.now > 0 and h.now * 1000 or t[1] * 1000000 + t[2])

local function answer(guid, outcome, published)
  local f = guid ~= '' and redis.call('HMGET', record(guid), 'state', 'occurence', 'event') or {}
  return cjson.encode({guid, f[1] or '', tonumber(f[2] or 0), outcome, f[3] or '', published})
end

-- A hit that was noted before, by its mark or its job's call, is not counted again.
local function noted_before()
  local had = KEYS[2] ~= '' and redis.call('GET', KEYS[2])
  if had then redis.call('HINCRBY', 'cockpit:counts', 'repeats', 1) end
  return had or (KEYS[3] ~= '' and redis.call('HGET', KEYS[3], h.slot))
end

local function remember(event)
  if KEYS[2] ~= '' then redis.call('SET', KEYS[2], event, 'EX', h.mark_s) end
  if KEYS[3] ~= '' then redis.call('HSET', KEYS[3], h.slot, event) end
end

-- Returns the field of an application in a table of them, which has a bound.
local function placed(key)
  if redis.call('HEXISTS', key, h.app) == 1 or redis.call('HLEN', key) < MOST_APPS then
    return h.app
  end
  return ''
end

-- Counts a new eco of an application; returns whether it is one too many. What has no place in the
-- table of applications shares the place of "": senders must not fill memory with names of them.
local function is_too_many()
  local windows = {}
  for _, q in ipairs({{'5m', h.per_5m, 300}, {'1h', h.per_hour, 3600}}) do
    local key = 'cockpit:ecos:quota:' .. q[1] .. ':' .. number(math.floor(now / 1000 / q[3]))
    local app = placed(key)
    if tonumber(redis.call('HGET', key, app) or '0') >= q[2] then return true end
    windows[#windows + 1] = {key, app, q[3]}
  end
  for _, w in ipairs(windows) do
    redis.call('HINCRBY', w[1], w[2], 1)
    redis.call('EXPIRE', w[1], w[3])
  end
  return false
end

local function drop()
  local key = 'cockpit:ecos:dropped'
  redis.call('HINCRBY', key, placed(key), 1)
  remember('')
  return cjson.encode({'', '', 0, 'dropped', '', false})
end

-- Makes room: closed ones go first, then those that were not seen for longest; a few for each hit.
local function make_room(guid)
  for _ = 1, 8 do
    local bytes = tonumber(redis.call('HGET', FIGURES, 'bytes') or '0')
    if redis.call('ZCARD', ALL) <= h.most and bytes <= h.most_bytes then return end
    local oldest = redis.call('ZRANGE', ALL .. ':CLOSED', 0, 0)[1]
      or redis.call('ZRANGE', ALL, 0, 0)[1]
    if not oldest or oldest == guid then return end
    forget(oldest)
    redis.call('HINCRBY', FIGURES, 'evicted', 1)
  end
end

local function is_power_of_ten(n)
  while n >= 10 and n % 10 == 0 do n = n / 10 end
  return n == 1
end

local function set_state(guid, from, to)
  if from == to then return end
  redis.call('ZREM', ALL .. ':' .. from, guid)
  redis.call('ZADD', ALL .. ':' .. to, seen, guid)
  redis.call('HSET', record(guid), 'state', to)
end

-- Tells of an eco: appends the event, or takes the entry that is in the log already.
local function publish(guid, reason)
  redis.call('HSET', record(guid), 'meta', meta)
  local f = redis.call('HMGET', record(guid), 'state', 'occurence', 'last', 'close', 'epoch')
  local head = '{"type":"eco","guid":' .. cjson.encode(guid) .. ',"state":"' .. f[1]
    .. '","occurence":' .. f[2] .. ',"last_time":' .. f[3] .. ',"close_time":' .. f[4]
    .. ',"epoch":' .. f[5] .. ',"meta":{"fingerprint":"' .. h.print .. '","reason":"' .. reason .. '"'
    .. (meta == '{}' and '}' or ',' .. string.sub(meta, 2)) .. ','
  local event = 'eco-' .. h.entry
  if h.entry == '' then event = add(KEYS[1], 'eco', head .. string.sub(body, 2), h.refs, h.publish) end
  redis.call('HSET', record(guid), 'event', event, 'noticed', number(now))
  redis.call('HSETNX', record(guid), 'first_event', event)
  redis.call('HINCRBY', record(guid), 'notices', 1)
  return event
end

local function link(kind, guid, what)
  if what == '' then return end
  local key = 'cockpit:eco:' .. kind .. ':' .. guid
  redis.call('LREM', key, 0, what)
  redis.call('LPUSH', key, what)
  redis.call('LTRIM', key, 0, 9)
end

local before = noted_before()
if before then
  local guid = redis.call('HGET', PRINTS, h.print)
  if not guid then return cjson.encode({'', '', 0, 'dropped', '', false}) end
  return answer(guid, 'repeat', false)
end

local guid = redis.call('HGET', PRINTS, h.print)
local outcome, state, occurence = 'repeat', 'NEW', 1
if not guid then
  if is_too_many() then return drop() end
  guid, outcome = h.guid, 'new'
  local n = now
  while redis.call('EXISTS', record(guid)) == 1 do
    guid, n = h.guid .. '-' .. number(n), n + 1
  end
  redis.call('HSET', PRINTS, h.print, guid)
  redis.call('HSET', record(guid), 'print', h.print, 'state', 'NEW', 'occurence', 1,
    'epoch', number(h.epoch), 'last', number(h.epoch), 'close', 0, 'size', 0, 'noticed', 0)
else
  local f = redis.call('HMGET', record(guid), 'state', 'last')
  state = f[1]
  occurence = redis.call('HINCRBY', record(guid), 'occurence', 1)
  local last = tonumber(f[2])
  if h.epoch > last or last > latest then redis.call('HSET', record(guid), 'last', number(h.epoch)) end
end
local size = #body + #meta
local had = tonumber(redis.call('HGET', record(guid), 'size'))
redis.call('HSET', record(guid), 'body', body, 'size', size)
-- What it links lives as long as an event that links it: of a hit without one nothing is kept.
if h.refs == '' then redis.call('HSET', record(guid), 'meta', meta) end
redis.call('HSETNX', record(guid), 'meta', meta)
redis.call('HINCRBY', FIGURES, 'bytes', size - had)
redis.call('HINCRBY', FIGURES, 'hits', 1)
redis.call('ZADD', ALL, seen, guid)
redis.call('ZADD', ALL .. ':' .. state, seen, guid)
link('parents', guid, h.parent)
link('jobs', guid, h.job)

if state == 'CLOSED' then
  outcome = 'reopened'
  set_state(guid, 'CLOSED', 'ALERT')
  -- As if nothing was told for long: when this hit may not tell of it, the next one does.
  redis.call('HSET', record(guid), 'close', 0, 'by', '', 'noticed', 1)
end
local noticed = tonumber(redis.call('HGET', record(guid), 'noticed'))
local is_due = not h.quiet
  and (noticed == 0 or outcome == 'reopened' or is_power_of_ten(occurence)
    or now - noticed >= AGAIN_MS or now < noticed) -- A clock may be set back.
local event = ''
if is_due then
  local reason = noticed == 0 and 'new' or outcome
  local is_first = reason == 'repeat' and state == 'NEW'
  if is_first then set_state(guid, 'NEW', 'ALERT') end
  event = publish(guid, reason)
  if is_first then tell_history(guid, h.epoch, 'alert', '', event) end
end
if outcome ~= 'repeat' then tell_history(guid, h.epoch, outcome, '', event) end
remember(redis.call('HGET', record(guid), 'event') or '')
make_room(guid)
return answer(guid, outcome, is_due)
