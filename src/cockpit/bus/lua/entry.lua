-- Adds one event to its topic, with its references and the live tail; returns the event's id.
local function add(topic, type, json, refs, publish)
  local entry
  if refs == '' then
    entry = redis.call('XADD', topic, '*', 'event', json)
  else
    entry = redis.call('XADD', topic, '*', 'event', json, 'refs', refs)
    for ref in string.gmatch(refs, '%S+') do redis.call('HINCRBY', 'cockpit:refs', ref, 1) end
  end
  local id = type .. '-' .. entry
  if publish ~= '' then
    redis.call('PUBLISH', topic, '{"id":"' .. id .. '",' .. string.sub(json, 2))
  end
  return id
end
