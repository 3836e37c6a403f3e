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
set(EFT_WORLD_SOURCES
    $<TARGET_OBJECTS:eft-frame>
    native/environment.c
    native/executor.c
    native/log.c
    native/random.c
    native/resolve.c
    native/world.c
    native/ws.c
    native/ws_handshake.c
    native/ws_lws.c
    native/ws_opening.c
    native/ws_tls.c)
set(EFT_VIRTUAL_SOURCES
    native/environment.c
    targets/virtual/executor.c
    targets/virtual/native.c
    targets/virtual/world.c)

add_library(eft-target INTERFACE)
if(EFT_HAVE_STACK_CLASH)
  target_compile_options(eft-target INTERFACE -fstack-clash-protection)
endif()

function(eft_finish_world library)
  if(library STREQUAL "eft")
    target_link_libraries(eft PRIVATE eft-carrier)
  endif()
endfunction()
