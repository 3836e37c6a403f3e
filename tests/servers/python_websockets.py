# SPDX-License-Identifier: MIT
# Python's websockets as a test server: what it does is the first part of the path.
"""python_websockets.py: prints one line of JSON, {"py": url, "py-plain": url}, and ends when its
standard input does.  py offers permessage-deflate, py-plain does not."""

import asyncio
import json
import sys

import websockets

HOST = '127.0.0.1'


async def echo(ws, _rest):
    async for message in ws:
        await ws.send(message)


async def ask(ws, _rest):
    """Sends three messages, and closes with 1000 when they have come back."""
    sent = ['text' * 1000, bytes([0, 1, 255] * 1000), '']
    for message in sent:
        await ws.send(message)
    heard = [await ws.recv() for _ in sent]
    await ws.close(1000 if heard == sent else 4000)


async def send(ws, rest):
    """/send/BYTES[/binary]: one message, text all 'x'."""
    text = 'x' * int(rest[0])
    await ws.send(text.encode() if rest[1:] == ['binary'] else text)
    await ws.wait_closed()


async def fragments(ws, rest):
    """/fragments/COUNT: one text message in so many frames, a digit in each."""
    await ws.send(str(i % 10) for i in range(int(rest[0])))
    await ws.wait_closed()


async def pings(ws, rest):
    """/pings/COUNT: so many pings; when the last is answered, the text pong COUNT."""
    answers = [await ws.ping(str(i)) for i in range(1, int(rest[0]) + 1)]
    await asyncio.gather(*answers)
    await ws.send(f'pong {rest[0]}')
    await ws.wait_closed()


async def close(ws, rest):
    """/close/CODE[/REASON]"""
    await ws.close(int(rest[0]), rest[1] if rest[1:] else '')


async def drop(ws, _rest):
    ws.transport.abort()


async def stall(ws, _rest):
    """Opens, and never reads: its queue is full after the first message."""
    await ws.wait_closed()


async def extensions(ws, _rest):
    """Says what was agreed on."""
    await ws.send(ws.response_headers.get('Sec-WebSocket-Extensions', 'none'))
    await ws.wait_closed()


class Tap:
    """An extension that stands next to the wire: it keeps the last frame with data each way."""

    def __init__(self):
        self.heard = self.said = None

    def decode(self, frame, **_limits):
        if frame.opcode < 8:
            self.heard = frame
        return frame

    def encode(self, frame):
        if frame.opcode < 8:
            self.said = frame
        return frame


async def wire(ws, _rest):
    """Sends each message back, and then the text "THERE BYTES BACK BYTES": whether it was
    compressed, 1 or 0, and how long its payload was, on the way there and on the way back."""
    tap = Tap()
    ws.extensions.append(tap)
    async for message in ws:
        await ws.send(message)
        ways = [(int(frame.rsv1), len(frame.data)) for frame in (tap.heard, tap.said)]
        await ws.send(' '.join(str(number) for way in ways for number in way))


BEHAVIOURS = {
    'echo': echo,
    'ask': ask,
    'send': send,
    'fragments': fragments,
    'pings': pings,
    'close': close,
    'drop': drop,
    'stall': stall,
    'extensions': extensions,
    'wire': wire,
}


async def handle(ws):
    name, *rest = ws.path.lstrip('/').split('/')
    try:
        await BEHAVIOURS[name](ws, rest)
    except websockets.ConnectionClosed:
        pass


def serve(compression):
    # Queue and limits: a server that does not read stops the client soon.
    return websockets.serve(handle, HOST, 0, compression=compression,
                            subprotocols=['eft.test', 'chat'], max_size=2**24,
                            max_queue=1, close_timeout=1)


async def main():
    urls = {}
    async with serve('deflate') as compressing, serve(None) as plain:
        for name, server in ('py', compressing), ('py-plain', plain):
            urls[name] = f'ws://{HOST}:{server.sockets[0].getsockname()[1]}'
        print(json.dumps(urls), flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
