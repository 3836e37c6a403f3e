// SPDX-License-Identifier: MIT
// One request and its answer, as the behaviours of the HTTP servers are given it.

// What CORS has to say to the pages of other origins (WHATWG Fetch, section 3.3).
export function corsHeaders(origin, exposed) {
  return [
    ['Access-Control-Allow-Origin', origin],
    ['Access-Control-Allow-Credentials', 'true'],
    ['Access-Control-Expose-Headers', exposed.join(', ')],
  ];
}

// The answer to the question that a browser asks before it sends what a form could not have sent.
export function preflightHeaders(headers) {
  return [
    ...corsHeaders(headers.origin, []),
    ['Access-Control-Allow-Methods', headers['access-control-request-method']],
    ['Access-Control-Allow-Headers', headers['access-control-request-headers'] ?? ''],
    ['Access-Control-Max-Age', '60'],
  ];
}

export const isPreflight = (method, headers) =>
  method === 'OPTIONS' && 'access-control-request-method' in headers;

let connections = 0;

// How many requests a connection has carried, and its number; of HTTP/2 that of the session.
function countOn(request) {
  const carrier = request.stream?.session ?? request.socket;
  carrier.eftNumber ??= ++connections;
  carrier.eftRequests = (carrier.eftRequests ?? 0) + 1;
  return { connection: carrier.eftNumber, request: carrier.eftRequests };
}

export class Exchange {
  // cors: pages of other origins may see the answer.
  constructor(request, response, cors) {
    const url = new URL(request.url, 'http://localhost');
    this.request = request;
    this.response = response;
    this.query = url.searchParams;
    this.parts = url.pathname.slice(1).split('/');
    this.isHttp2 = request.httpVersionMajor === 2;
    this.origin = cors ? request.headers.origin : undefined;
    this.carried = countOn(request);
  }

  // Begins the answer; headers are [[name, value], …], of which names may be repeated.
  head(status, headers = [], reason = undefined) {
    const { response } = this;
    const all = [['Cache-Control', 'no-store'], ...headers];
    if (this.origin) all.push(...corsHeaders(this.origin, all.map(([name]) => name)));
    const values = new Map();
    for (const [name, value] of all) {
      values.set(name, [...(values.get(name) ?? []), value]);
    }
    for (const [name, list] of values) {
      if (this.isHttp2 && name === 'Connection') continue;
      response.setHeader(name, list.length > 1 ? list : list[0]);
    }
    if (reason === undefined || this.isHttp2) response.writeHead(status);
    else response.writeHead(status, reason);
    return response;
  }

  // Answers with a whole body, a text or bytes; type null: with none told.
  reply(status, body, { type = 'text/plain', headers = [], reason } = {}) {
    const data = Buffer.from(body);
    const bare = status === 204 || status === 304;
    this.head(status, [
      ...(type ? [['Content-Type', type]] : []),
      ...(bare ? [] : [['Content-Length', String(data.length)]]),
      ...headers,
    ], reason).end(bare ? undefined : data);
  }

  json(value, options = {}) {
    this.reply(200, JSON.stringify(value), { type: 'application/json', ...options });
  }

  // The whole body of the request.
  async body() {
    const pieces = [];
    for await (const piece of this.request) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  // Breaks the connection off, or with HTTP/2 the exchange.
  reset() {
    const { stream, socket } = this.request;
    if (stream) stream.close(2);
    else socket.resetAndDestroy();
  }
}
