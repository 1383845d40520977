-- A tour of Lua for tests/torture: what it prints is compared with a native build's output. Nothing here
-- depends on addresses, on the order of a table or on the time.
local function section(name) print("== " .. name) end

section "numbers"
for _, x in ipairs { 0.1, 1 / 3, 1e15, 1e16, 2 ^ 53, 2 ^ 63, -0.0, 1 / 0, -1 / 0, 123456789.125 } do
  print(x, string.format("%.14g %a %e %g", x, x, x, x))
end
print(7 // 2, -7 // 2, 7 % -3, -7 % 3, 7.5 // 2, -7.5 % 2, 3 | 4, 5 ~ 9, ~0, 1 << 62, 1 << 63, 1 << 64, -1 >> 1)
print(math.maxinteger + 1 == math.mininteger, math.mininteger // -1, math.tointeger(3.0), math.type(1), math.type(1.0))
print(pcall(function() return 1 // 0 end), pcall(function() return 1 % 0 end))
for i = 1, 12 do
  local x = i * 0.7
  -- The last digit is the C library's affair.
  print(("%.12g "):rep(5):format(math.sin(x), math.cos(x), math.exp(-x), math.log(x), x ^ 1.5), math.sqrt(x), math.fmod(x, 0.3))
end
for _, text in ipairs { "0x1p4", "1e1", "  12  ", "0x.8", "1e", "", "9223372036854775808", "0xffffffffffffffff" } do
  print(text, tonumber(text))
end

section "strings"
print(("%5d|%-5d|%05d|%+d|%x|%X|%o|%c|%q|%10.3s|%%"):format(42, 42, 42, 42, 255, 255, 8, 65, "a\n\0b\"", "abcdef"))
print(("hello world"):gsub("o", "0"), ("key = value"):match("^(%w+)%s*=%s*(%w+)$"))
print(("abc"):rep(3, "-"), ("abc"):reverse(), ("abc"):byte(1, -1), #("\u{20AC}"), utf8.len("aé€😀"))
for p, c in utf8.codes("aé€😀") do io.write(p, ":", c, " ") end
print()
print(string.pack("<i4 >i2 z s1 d", 100, 200, "hi", "abc", 1.5):byte(1, -1))
print(string.unpack("<i4", "\1\2\3\4"), ("x"):rep(0), ("test123"):find("%d+"), ("f(a(b)c)d"):match("%b()"))

section "tables and sorting"
local seed = 42
local function random(n) seed = (seed * 1103515245 + 12345) % 2147483648; return seed % n end
local list = {}
for i = 1, 2000 do list[i] = random(10000) end
table.sort(list, function(a, b) return a > b end)
for i = 2, #list do assert(list[i - 1] >= list[i]) end
print(list[1], list[1000], list[2000], table.concat(list, ",", 1, 10))
print(table.unpack(table.move({ 1, 2, 3 }, 1, 3, 2)))
print(select("#", table.unpack({}, 1, 200)), select(-1, 1, 2, 3))

section "closures, coroutines, errors"
local function sieve(n)
  return coroutine.wrap(function()
    local composite = {}
    for i = 2, n do
      if not composite[i] then
        coroutine.yield(i)
        for j = i * i, n, i do composite[j] = true end
      end
    end
  end)
end
local primes = {}
for p in sieve(200) do primes[#primes + 1] = p end
print(table.concat(primes, " "))
print(pcall(error, { code = 7 }) == false, select(2, pcall(error, "message", 0)))
print(select(2, pcall(function() local t = nil; return t.x end)))
print(xpcall(function() error("deep", 0) end, function(m) return "handled " .. m end))
local function depth(n) return n == 0 and 0 or 1 + depth(n - 1) end
print(depth(5000))
do
  local log = {}
  local ok = pcall(function()
    local a <close> = setmetatable({}, { __close = function() log[#log + 1] = "closed" end })
    error("x")
  end)
  print(ok, log[1])
end

section "objects"
local Vector = {}
Vector.__index = Vector
Vector.__add = function(a, b) return setmetatable({ x = a.x + b.x, y = a.y + b.y }, Vector) end
Vector.__eq = function(a, b) return a.x == b.x and a.y == b.y end
Vector.__tostring = function(v) return ("(%g, %g)"):format(v.x, v.y) end
Vector.__len = function(v) return 2 end
local sum = setmetatable({ x = 0, y = 0 }, Vector)
for i = 1, 100 do sum = sum + setmetatable({ x = i, y = 1 / i }, Vector) end
print(tostring(sum), #sum, sum == setmetatable({ x = 5050, y = sum.y }, Vector))

section "code from text, and garbage"
print(load("local a, b = ... return a * b")(6, 7), load("return +")) 
local weak = setmetatable({}, { __mode = "k" })
for i = 1, 10000 do weak[{}] = ("x"):rep(i % 50) end
collectgarbage()
print(next(weak))
goto finish
print("never")
::finish::
print(#string.dump(function() return 1 end) > 0)
