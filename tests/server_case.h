/* SPDX-License-Identifier: MIT
 * What the suites of the WebSocket server share: one server for each case. */
#ifndef EFT_TESTS_SERVER_CASE_H
#define EFT_TESTS_SERVER_CASE_H

#include <eft/eft.h>
#include <eft/native/ws_server.h>

/* serve_echo sends every message back until the connection ends. */
eft_ws_serve serve_echo;

/* serve_by_path does what the request's path says:
 *
 *     /echo           as serve_echo
 *     /request        sends what it was asked, a line for each member
 *     /fail           ends with EFT_EUSER "the task has had enough"
 *     /return         ends at once
 *     /close/CODE     closes with that code itself
 *     /linger         when the connection has ended sleeps on, until it is
 *                     cancelled */
eft_ws_serve serve_by_path;

/* server_start starts a server, checks that it does, and gives it or NULL. */
eft_ws_server *server_start(eft_ws_server_options options);

/* server_end closes and frees it. */
void server_end(eft_ws_server *server);

/* server_url writes "ws://127.0.0.1:PORT" and path; valid until the next. */
const char *server_url(const eft_ws_server *server, const char *path);

/* server_connect opens a connection to path, or fails the check. */
eft_ws *server_connect(const eft_ws_server *server, const char *path);

/* server_receive_text receives a text into a buffer of size bytes; false: an
 * error, or no text. */
bool server_receive_text(eft_ws *ws, char *text, size_t size);

/* server_wait_for_connections waits until the server has so many. */
bool server_wait_for_connections(const eft_ws_server *server, size_t count);

#endif
