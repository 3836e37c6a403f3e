# SPDX-License-Identifier: MIT
"""semaphore.c as an asyncio program: not more than two at a time."""
import asyncio

inside = most = 0


async def visit(semaphore, name):
    global inside, most
    async with semaphore:
        print(name, "enters")
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0.05)
        inside -= 1


async def main():
    semaphore = asyncio.BoundedSemaphore(2)
    await asyncio.gather(*(visit(semaphore, f"guest {i}") for i in range(1, 6)))
    print("at most", most, "at a time")
    try:
        semaphore.release()
    except ValueError:
        print("released too often: refused")


asyncio.run(main())
