# SPDX-License-Identifier: MIT
"""schedule.c as an asyncio program: call_soon, call_later and call_at."""
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    begin = loop.time()
    last = loop.create_future()

    loop.call_later(0.3, print, "after 300 ms")
    loop.call_later(0.1, print, "after 100 ms")
    loop.call_soon(print, "soon")
    loop.call_soon(print, "soon, but second")

    never = loop.call_later(0.2, print, "never")
    never.cancel()

    loop.call_at(begin + 0.5, last.set_result, "at 500 ms")
    print("scheduled")
    print(await last)


asyncio.run(main())
