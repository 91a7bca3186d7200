# What Python programs do, n times: numbers, objects, dictionaries, texts, sorting, exceptions, JSON.
import hashlib
import json
import re
import sys


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)


def primes(limit):
    marks = bytearray([1]) * (limit + 1)
    for i in range(2, int(limit**0.5) + 1):
        if marks[i]:
            marks[i * i :: i] = bytes(len(range(i * i, limit + 1, i)))
    return [i for i in range(2, limit + 1) if marks[i]]


def collatz(start):
    steps = 0
    while start != 1:
        start = start // 2 if start % 2 == 0 else 3 * start + 1
        steps += 1
    return steps


def words(text):
    counts = {}
    for word in re.findall(r"[a-z]+", text):
        counts[word] = counts.get(word, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def checked(value):
    if value % 3 == 0:
        raise ValueError(value)
    return value


def caught(count):
    total = 0
    for i in range(count):
        try:
            total += checked(i)
        except ValueError as error:
            total -= error.args[0]
    return total


text = "the quick brown fox jumps over the lazy dog and then the dog sleeps " * 8
check = hashlib.sha256()
for turn in range(int(sys.argv[1])):
    total = Point(turn, 0.5)
    for i in range(300):
        total = total + Point(i, i / 4)
    record = {
        "primes": sum(primes(2000)),
        "steps": [collatz(turn * 7 + i) for i in range(1, 12)],
        "words": words(text),
        "point": [total.x, total.y],
        "caught": caught(200),
        "power": str(pow(3, 200 + turn) % (10**40 + turn)),
    }
    line = json.dumps(record, sort_keys=True)
    if json.loads(line)["point"][0] != total.x:
        raise SystemExit("another point")
    check.update(line.encode())
print(check.hexdigest())
