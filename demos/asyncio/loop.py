# SPDX-License-Identifier: MIT
"""loop.c as an asyncio program: a loop that main() opens, runs and closes."""
import asyncio


async def double(number):
    await asyncio.sleep(0.1)
    return 2 * number


def tick(loop, left):
    print("tick", left)
    if left == 1:
        loop.stop()
    else:
        loop.call_later(0.1, tick, loop, left - 1)


def main():
    loop = asyncio.new_event_loop()
    for number in (1, 2):
        print("until complete:", loop.run_until_complete(double(number)))
    loop.call_soon(tick, loop, 3)
    loop.run_forever()
    print("stopped")
    loop.close()
    print("closed")


main()
