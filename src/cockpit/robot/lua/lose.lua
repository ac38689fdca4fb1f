--#include hand
-- Takes everything from a robot that died. ARGV: robot, reason. Returns "<service> <job>" of each.
return lose(ARGV[1], ARGV[2], clock())
