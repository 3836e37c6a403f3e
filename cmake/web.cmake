# SPDX-License-Identifier: MIT
# The web target: what stands behind the seam, and how it is linked.
set(EFT_FIBERS jspi CACHE STRING
    "How a task is suspended: jspi, asyncify, or none for tasks of steps alone")
set_property(CACHE EFT_FIBERS PROPERTY STRINGS jspi asyncify none)

# What web/loader.mjs calls such a build.
string(REPLACE none plain EFT_BUILD_NAME ${EFT_FIBERS})

option(EFT_SMALL "Small programs rather than fast ones: web/README.md" OFF)

set(EFT_FIBER_SOURCES
    web/fiber_${EFT_FIBERS}.c
    web/pump.c)
if(NOT EFT_FIBERS STREQUAL "none")
  list(APPEND EFT_FIBER_SOURCES web/fibers.c)
endif()
set(EFT_WORLD_SOURCES
    web/clock.c
    web/decode.c
    web/executor.c
    web/http.c
    web/http_file.c
    web/log.c
    web/world.c
    web/ws.c
    web/ws_server.c)
set(EFT_VIRTUAL_SOURCES
    targets/virtual/calls.c
    targets/virtual/executor.c
    targets/virtual/http.c
    targets/virtual/random.c
    web/decode.c
    web/http_file.c
    targets/virtual/web.c
    targets/virtual/world.c
    targets/virtual/ws.c)

# What JavaScript calls needs no header.
set_source_files_properties(
  ${EFT_FIBER_SOURCES} ${EFT_WORLD_SOURCES} ${EFT_VIRTUAL_SOURCES}
  PROPERTIES COMPILE_OPTIONS -Wno-missing-prototypes)

set(EFT_FIBER_JS web/pump.js)
if(NOT EFT_FIBERS STREQUAL "none")
  list(APPEND EFT_FIBER_JS web/fibers.js web/fiber_${EFT_FIBERS}.js)
endif()
set(EFT_WORLD_JS
    web/decode.js
    web/http.js
    web/http_body.js
    web/http_upload.js
    web/log.js
    web/random.js
    web/ws.js
    web/ws_plain.js
    web/ws_stream.js)
set(EFT_VIRTUAL_JS web/decode.js)

# One file for the page, the worker and Node: web/loader.mjs knows how to start
# it there.
add_library(eft-target INTERFACE)
target_link_options(
  eft-target INTERFACE -sMODULARIZE=1 -sEXPORT_ES6=1 -sENVIRONMENT=web,worker
                       -sALLOW_MEMORY_GROWTH=1)

# Each fiber has a stack in linear memory whose end nothing else guards.  And
# where size matters less, debug mode can be asked for from outside.
if(NOT EFT_FIBERS STREQUAL "none")
  target_link_options(eft-target INTERFACE -sSTACK_OVERFLOW_CHECK=2
                                           -Wl,--undefined=eft_debug_enable)
endif()

if(EFT_FIBERS STREQUAL "jspi")
  # A task may be suspended between a setjmp and its longjmp only where these
  # are WebAssembly's own exceptions, and no JavaScript frames.
  add_compile_options(-sSUPPORT_LONGJMP=wasm)
  target_compile_options(eft-target INTERFACE -sSUPPORT_LONGJMP=wasm)
  target_link_options(eft-target INTERFACE -sSUPPORT_LONGJMP=wasm)
elseif(EFT_FIBERS STREQUAL "asyncify")
  # Binaryen's pass without Emscripten's own runtime for it: web/README.md.
  target_link_options(
    eft-target
    INTERFACE
      -sBINARYEN_EXTRA_PASSES=--asyncify,--pass-arg=asyncify-imports@env.invoke_*)
elseif(NOT EFT_FIBERS STREQUAL "none")
  message(FATAL_ERROR "EFT_FIBERS is jspi, asyncify or none, not ${EFT_FIBERS}")
endif()

# For pages and their workers alone, in memory of a fixed size, and with what
# web/loader.mjs gives a program, no more.  A third slower: script/check-size.
if(EFT_SMALL)
  if(NOT EFT_FIBERS STREQUAL "none")
    message(FATAL_ERROR "EFT_SMALL is for builds without fibers")
  endif()
  add_compile_options(-Oz -flto)
  add_compile_definitions(EFT_SMALL EFT_NO_SLABS)
  target_compile_options(eft-target INTERFACE -Oz -flto)
  target_link_options(
    eft-target INTERFACE -Oz -flto -sENVIRONMENT=web -sMALLOC=emmalloc
    -sALLOW_MEMORY_GROWTH=0 -sABORTING_MALLOC=0 -sSUPPORT_ERRNO=0
    -sUSE_ES6_IMPORT_META=0 # the loader brings the wasm
    -sBINARYEN_EXTRA_PASSES=--flatten,--rereloop,-Oz,-Oz
    -sINCOMING_MODULE_JS_API=[instantiateWasm,arguments,quit,print,printErr])
endif()

# The JavaScript halves of a library: link options of what links it.
function(eft_finish_world library)
  set(js ${EFT_FIBER_JS})
  if(library STREQUAL "eft")
    list(APPEND js ${EFT_WORLD_JS})
  else()
    list(APPEND js ${EFT_VIRTUAL_JS})
  endif()
  list(TRANSFORM js PREPEND ${PROJECT_SOURCE_DIR}/)
  foreach(file IN LISTS js)
    target_link_options(${library} INTERFACE "SHELL:--js-library ${file}")
  endforeach()
  set_target_properties(${library} PROPERTIES EFT_JS_LIBRARIES "${js}")
endfunction()
