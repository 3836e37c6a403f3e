# SPDX-License-Identifier: MIT
# eft_add_app: a program, native or page-loadable, from the same line of CMake.

# eft_add_app(NAME SOURCES... [WORLD virtual])
#
# Natively it makes the executable NAME; on the web NAME.mjs and NAME.wasm, which
# web/loader.mjs starts.  It lands where CMAKE_RUNTIME_OUTPUT_DIRECTORY says.
# WORLD virtual links a clock that jumps, and no network.
function(eft_add_app name)
  cmake_parse_arguments(PARSE_ARGV 1 APP "" "WORLD" "")
  if(APP_WORLD STREQUAL "virtual")
    set(library eft-virtual)
  elseif(NOT APP_WORLD)
    set(library eft)
  else()
    message(FATAL_ERROR "eft_add_app: there is no world ${APP_WORLD}")
  endif()

  add_executable(${name} ${APP_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${library})
  if(EMSCRIPTEN)
    set_target_properties(${name} PROPERTIES SUFFIX .mjs)
    # A JavaScript library is no object that CMake would follow by itself.
    get_target_property(js ${library} EFT_JS_LIBRARIES)
    set_target_properties(${name} PROPERTIES LINK_DEPENDS "${js}")
  endif()
endfunction()

# eft_add_site(NAME PAGES...): adds the demo NAME and its pages, which lie in
# NAME/page/, to EFT_SITE_DIR, which both web presets share:
#
#   NAME/            the demo's own page
#   eft/loader.mjs   what starts a program
#   FIBERS/          NAME.mjs and NAME.wasm of each preset
function(eft_add_site name)
  list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/${name}/page/
       OUTPUT_VARIABLE pages)
  set(web ${PROJECT_SOURCE_DIR}/web)
  set(site ${EFT_SITE_DIR})
  add_custom_target(
    site-${name} ALL
    COMMAND ${CMAKE_COMMAND} -E make_directory
            ${site}/${name} ${site}/eft ${site}/${EFT_FIBERS}
    COMMAND ${CMAKE_COMMAND} -E copy_if_different ${pages} ${site}/${name}
    COMMAND ${CMAKE_COMMAND} -E copy_if_different ${web}/loader.mjs ${site}/eft
    COMMAND ${CMAKE_COMMAND} -E copy_if_different
            $<TARGET_FILE:${name}>
            $<TARGET_FILE_DIR:${name}>/${name}.wasm ${site}/${EFT_FIBERS}
    DEPENDS ${name} VERBATIM)
endfunction()
