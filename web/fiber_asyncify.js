// SPDX-License-Identifier: MIT
// Fibers on Asyncify: names for the primitives, until Binaryen's pass replaces them.

// fiber_asyncify.c imports these from the module "asyncify", which is how Binaryen is told to put
// them into the wasm. It does so after Emscripten has looked for the symbol of every import; these
// are what it finds. They are never called.
mergeInto(LibraryManager.library, {
  start_unwind: function () {},
  stop_unwind: function () {},
  start_rewind: function () {},
  stop_rewind: function () {},
});
