# SPDX-License-Identifier: MIT
"""hello.c as an asyncio program: a task that waits."""
import asyncio


async def main():
    print("hello")
    await asyncio.sleep(0.1)
    print("world")


asyncio.run(main())
