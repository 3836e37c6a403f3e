# SPDX-License-Identifier: MIT
# aiohttp as a test server: what it does is the first part of the path.
"""python_aiohttp.py: prints one line of JSON, {"aiohttp": url, "aiohttp-plain": url}, and ends when
its standard input does.  aiohttp offers permessage-deflate, aiohttp-plain does not."""

import asyncio
import json
import sys

from aiohttp import WSMsgType, web

HOST = '127.0.0.1'


async def echo(ws, _rest):
    async for message in ws:
        if message.type == WSMsgType.TEXT:
            await ws.send_str(message.data)
        elif message.type == WSMsgType.BINARY:
            await ws.send_bytes(message.data)


async def send(ws, rest):
    """/send/BYTES[/binary]: one message, text all 'x'."""
    text = 'x' * int(rest[0])
    if rest[1:] == ['binary']:
        await ws.send_bytes(text.encode())
    else:
        await ws.send_str(text)
    await ws.receive()


async def pings(ws, rest):
    """/pings/COUNT: so many pings; when the last is answered, the text pong COUNT."""
    for i in range(1, int(rest[0]) + 1):
        await ws.ping(str(i).encode())
    while True:
        message = await ws.receive()
        if message.type != WSMsgType.PONG or message.data.decode() == rest[0]:
            break
    await ws.send_str(f'pong {rest[0]}')
    await ws.receive()


async def close(ws, rest):
    """/close/CODE[/REASON]"""
    await ws.close(code=int(rest[0]), message=rest[1].encode() if rest[1:] else b'')


async def drop(ws, _rest):
    ws._req.transport.abort()


async def stall(ws, _rest):
    """Opens, and never reads, until the connection is gone."""
    while ws._req.transport and not ws._req.transport.is_closing():
        await asyncio.sleep(0.1)


async def extensions(ws, _rest):
    """Says what was agreed on."""
    await ws.send_str(ws.headers.get('Sec-WebSocket-Extensions', 'none'))
    await ws.receive()


BEHAVIOURS = {
    'echo': echo,
    'send': send,
    'pings': pings,
    'close': close,
    'drop': drop,
    'stall': stall,
    'extensions': extensions,
}


async def handle(request):
    name, *rest = request.match_info['path'].split('/')
    ws = web.WebSocketResponse(
        protocols=['eft.test', 'chat'], max_msg_size=2**24, timeout=1,
        compress='plain' not in request.match_info['kind'], autoping=name != 'pings')
    await ws.prepare(request)
    await BEHAVIOURS[name](ws, rest)
    return ws


async def main():
    app = web.Application()
    app.router.add_get('/{kind:deflate|plain}/{path:.*}', handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, HOST, 0, shutdown_timeout=1)
    await site.start()
    base = f'ws://{HOST}:{site._server.sockets[0].getsockname()[1]}'
    print(json.dumps({'aiohttp': f'{base}/deflate', 'aiohttp-plain': f'{base}/plain'}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await runner.cleanup()


asyncio.run(main())
