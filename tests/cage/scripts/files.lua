-- Lua's libraries over the calls of a cage: files, names, time, pipes, coroutines; prints the same everywhere.
local function show(...) print(...) end
local name = os.tmpname()
local f <close> = assert(io.open(name, "w+"))
for i = 1, 500 do f:write(i, " ", string.rep("x", i % 17), "\n") end
show(f:seek("cur"), f:seek("set", 10), f:read("l", "n", "L"))
show(f:seek("end", -20), f:read("a"))
f:setvbuf("full", 64)
f:seek("set", 0)
local sum, lines = 0, 0
for line in f:lines() do lines = lines + 1; sum = sum + #line end
show(lines, sum)
show(io.open("/none/such", "r"))
show(pcall(io.lines, "/none/such"))
local moved = name .. ".moved"
show(os.rename(name, moved), (os.rename(name, moved)))
show(select("#", os.remove(moved)), (os.remove(moved)))
local p = assert(io.popen("sort | uniq -c | tr -s ' '", "w"))
p:write("b\na\nb\n")
show(p:close())
local q = assert(io.popen("echo out; exit 3"))
show(q:read("a"), q:close())
show(os.execute("exit 5"))
show(os.execute("kill -9 $$"))
show(os.getenv("NOT_SET"), os.date("!%Y-%m-%d %H:%M:%S", 86400 * 365), os.time({ year = 2024, month = 2, day = 29, hour = 12 }))
local t = {}
for w in ("the quick brown fox jumps over the lazy dog"):gmatch("%a+") do t[#t + 1] = w end
table.sort(t, function(a, b) return #a < #b or (#a == #b and a < b) end)
show(table.concat(t, " "))
local gen = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i * i) end end)
show(gen(), gen(), gen())
show(string.format("%q %5.2f %g %x %a", "a\nb\0c", 3.14159, 1e100, 255, 0.5), math.type(3), 7 // 2, -7 % 3, 2 ^ 0.5)
show(string.pack("<i4z", 100, "abc"):byte(1, -1))
show(utf8.char(228, 8364, 0x10FFFF), utf8.len("äö"), #"äö")
show(pcall(error, { code = 1 }), select(2, pcall(error, "text", 0)))
collectgarbage()
show(load("return 1 + 1")(), load("syntax error here"))
io.stdout:write("end\n")
