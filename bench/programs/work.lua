-- What Lua programs do, `size` times: numbers, closures, tables, texts, sorting, coroutines, and
-- errors that pcall catches, each of them an exception of WebAssembly.
local Point = {}
Point.__index = Point
function Point.new(x, y)
  return setmetatable({x = x, y = y}, Point)
end
function Point.__add(a, b)
  return Point.new(a.x + b.x, a.y + b.y)
end

local function primes(limit)
  local marks, sum = {}, 0
  for i = 2, limit do
    if not marks[i] then
      sum = sum + i
      for j = i * i, limit, i do marks[j] = true end
    end
  end
  return sum
end

local function words(text)
  local counts, list = {}, {}
  for word in text:gmatch('%a+') do
    if not counts[word] then list[#list + 1] = word end
    counts[word] = (counts[word] or 0) + 1
  end
  table.sort(list, function(a, b)
    if counts[a] ~= counts[b] then return counts[a] > counts[b] end
    return a < b
  end)
  return table.concat(list, ' ')
end

local function checked(value)
  if value % 3 == 0 then error({value = value}) end
  return value
end

local function caught(count)
  local total = 0
  for i = 1, count do
    local ok, result = pcall(checked, i)
    total = total + (ok and result or -result.value)
  end
  return total
end

local function numbers(count)
  return coroutine.wrap(function()
    for i = 1, count do coroutine.yield(i * i) end
  end)
end

local text = ('the quick brown fox jumps over the lazy dog and the dog sleeps '):rep(8)
local check = 0
for turn = 1, size do
  local total = Point.new(turn, 0.5)
  for i = 1, 300 do total = total + Point.new(i, i / 4) end
  local squares = 0
  for square in numbers(100) do squares = squares + square end
  local line = table.concat({primes(1000), words(text), total.x, total.y, caught(100), squares}, ';')
  for i = 1, #line do check = (check * 31 + line:byte(i)) & 0xffffffff end
end
print(check)
