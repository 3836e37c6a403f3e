# SPDX-License-Identifier: MIT
"""timeout.c as an asyncio program: a limit for whatever a task does."""
import asyncio


async def read(pages, ms):
    for _ in range(pages):
        await asyncio.sleep(ms / 1000)
    print(f"read {pages} pages")


async def quick():
    async with asyncio.timeout(5):
        await read(3, 10)
    print("in time")


async def slow():
    try:
        async with asyncio.timeout(0.1):
            await read(1, 60000)
    except TimeoutError:
        print("slow: timed out")


async def extended():
    async with asyncio.timeout(0.1) as limit:
        limit.reschedule(asyncio.get_running_loop().time() + 5)
        await read(2, 100)
    print("extended:", "expired" if limit.expired() else "in time")


async def nested():
    try:
        async with asyncio.timeout(5):
            try:
                async with asyncio.timeout(0.1):
                    await read(1, 60000)
            except TimeoutError:
                print("inner: timed out")
            await read(1, 10)
        print("outer: in time")
    except TimeoutError:
        print("outer: timed out")


async def one_call():
    try:
        await asyncio.wait_for(read(1, 60000), 0.1)
    except TimeoutError:
        print("wait_for: timed out")


async def main():
    for part in (quick, slow, extended, nested, one_call):
        await part()


asyncio.run(main())
