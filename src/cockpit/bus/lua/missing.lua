-- Which of these ids are not in the log? ARGV: topic, smallest, largest, how many may lie between,
-- then the stream ids. Returns a list of 1 (missing) and 0.
-- PERF: one look at the range, for what was published together stands together; more lies between
-- only where somebody writes ids by hand, and then each is looked up.
local out, known = {}, {}
local found = redis.call('XRANGE', ARGV[1], ARGV[2], ARGV[3], 'COUNT', ARGV[4])
for _, entry in ipairs(found) do known[entry[1]] = true end
local is_whole = #found < tonumber(ARGV[4])
for i = 5, #ARGV do
  local here = known[ARGV[i]]
  if not (here or is_whole) then here = #redis.call('XRANGE', ARGV[1], ARGV[i], ARGV[i]) > 0 end
  out[#out + 1] = here and 0 or 1
end
return out
