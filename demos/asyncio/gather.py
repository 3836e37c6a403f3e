# SPDX-License-Identifier: MIT
"""gather.c as an asyncio program: several tasks at once, results in order."""
import asyncio


async def fetch(name, ms):
    print(f"{name} takes {ms} ms")
    await asyncio.sleep(ms / 1000)
    print(f"{name} is here")
    return ms


async def fail(name):
    await asyncio.sleep(0.1)
    raise ValueError(f"there is no {name}")


async def values():
    pages = await asyncio.gather(
        fetch("moon", 400), fetch("pond", 100), fetch("reed", 200)
    )
    print(*pages, sum(pages))


async def errors():
    pages = await asyncio.gather(fetch("pond", 200), fail("fish"), return_exceptions=True)
    for page in pages:
        print("failed" if isinstance(page, ValueError) else page)


async def first_error():
    try:
        await asyncio.gather(fail("fish"), fetch("sea", 400))
    except ValueError as error:
        print("gather failed:", error)


async def main():
    await values()
    await errors()
    await first_error()


asyncio.run(main())
