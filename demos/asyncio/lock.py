# SPDX-License-Identifier: MIT
"""lock.c as an asyncio program: one at a time."""
import asyncio

count = 0


async def add_one():
    global count
    seen = count
    await asyncio.sleep(0.01)
    count = seen + 1


async def add_one_locked(lock, name):
    async with lock:
        print(name, "has the lock")
        await add_one()


async def main():
    global count
    await asyncio.gather(add_one(), add_one(), add_one())
    print("without a lock:", count)
    count = 0
    lock = asyncio.Lock()
    await asyncio.gather(*(add_one_locked(lock, name) for name in "abc"))
    print("with a lock:", count)
    print("locked:", "yes" if lock.locked() else "no")


asyncio.run(main())
