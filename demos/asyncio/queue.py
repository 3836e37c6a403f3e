# SPDX-License-Identifier: MIT
"""queue.c as an asyncio program: producers and consumers."""
import asyncio


async def produce(queue, first, last):
    for number in range(first, last + 1):
        await queue.put(number)


class Market:
    def __init__(self, queue):
        self.queue = queue
        self.sum = 0


async def consume(market):
    while True:
        number = await market.queue.get()
        market.sum += number
        await asyncio.sleep(0.001)
        market.queue.task_done()


async def trade(queue):
    market = Market(queue)
    consumers = [asyncio.create_task(consume(market)) for _ in range(2)]
    await asyncio.gather(produce(queue, 1, 10), produce(queue, 11, 20))
    print("all put")
    await queue.join()
    for consumer in consumers:
        consumer.cancel()
    await asyncio.wait(consumers)
    print("all taken, sum", market.sum)
    print("empty:", "yes" if queue.empty() else "no")


def by_priority(queue):
    for number in (30, 10, 20):
        queue.put_nowait(number)
    while not queue.empty():
        print("next:", queue.get_nowait())


async def main():
    await trade(asyncio.Queue(maxsize=3))
    by_priority(asyncio.PriorityQueue())


asyncio.run(main())
