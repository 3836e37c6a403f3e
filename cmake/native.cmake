# SPDX-License-Identifier: MIT
# The native target: what stands behind the seam, and what it links.
enable_language(ASM)

# Each switch is empty where another one serves.
set(EFT_FIBER_SOURCES
    native/fiber.c
    native/fiber_ucontext.c
    native/overflow.c
    native/stack.c
    native/switch_aarch64.S
    native/switch_x86_64.S)
list(APPEND EFT_FRAME_SOURCES ${EFT_DEFLATE_SOURCES})
set(EFT_WORLD_SOURCES
    $<TARGET_OBJECTS:eft-frame>
    native/decode.c
    native/dial.c
    native/environment.c
    native/executor.c
    native/http.c
    native/http_answer.c
    native/http_buffer.c
    native/http_cookie_own.c
    native/http_cookies.c
    native/http_file.c
    native/http_head.c
    native/http_unpack.c
    native/http_request.c
    native/http_lines.c
    native/http_route.c
    native/http_session.c
    native/http_setup.c
    native/http_socket.c
    native/http_table.c
    native/http_tls.c
    native/http_upload.c
    native/http_words.c
    native/log.c
    native/listener.c
    native/proxy.c
    native/proxy_except.c
    native/random.c
    native/resolve.c
    native/stream.c
    native/stream_tls.c
    native/tls.c
    native/tls_files.c
    native/tls_sessions.c
    native/tls_words.c
    native/tunnel.c
    native/world.c
    native/ws.c
    native/ws_answer.c
    native/ws_connect.c
    native/ws_handshake.c
    native/ws_opening.c
    native/ws_served.c
    native/ws_served_list.c
    native/ws_served_task.c
    native/ws_server.c
    native/ws_server_options.c
    native/ws_server_start.c
    native/ws_server_tls.c
    native/ws_stream.c
    native/ws_table.c
    native/ws_upgrade.c)
set(EFT_VIRTUAL_SOURCES
    native/decode.c
    native/environment.c
    native/http_file.c
    targets/virtual/calls.c
    targets/virtual/executor.c
    targets/virtual/http.c
    targets/virtual/native.c
    targets/virtual/random.c
    targets/virtual/world.c
    targets/virtual/ws.c)

add_library(eft-target INTERFACE)
if(EFT_HAVE_STACK_CLASH)
  target_compile_options(eft-target INTERFACE -fstack-clash-protection)
endif()

function(eft_finish_world library)
  if(library STREQUAL "eft")
    target_link_libraries(eft PRIVATE eft-carrier eft-curl eft-zlib eft-brotli)
  endif()
endfunction()
