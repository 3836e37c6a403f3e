// SPDX-License-Identifier: MIT
// What both kinds of fibers need of JavaScript: faults told apart, calls counted, stacks checked.

/* global STACK_OVERFLOW_CHECK, ___set_stack_limits */

(() => {
  // Newer Emscriptens keep wasmTable in the library, and the exports in a variable; 3.1.6 does
  // neither.
  const newer = '$wasmTable' in LibraryManager.library;
  const table = newer ? ['$wasmTable'] : [];
  const checked = STACK_OVERFLOW_CHECK >= 2;

  mergeInto(LibraryManager.library, {
    $EftFibers__deps: ['$EftPump'],
    $EftFibers: {
      thrown: null, // C: an exception came out; true: it was a fiber's, and that is settled
      reset: null, // C: puts the shadow stack pointer back to the loop's
      overflow: null, // what a check of the stack has thrown
      depth: 0, // where C has eft__web_depth
      text: 0, // where C reads the sentence of a fault
      textSize: 0,

      // An exception has left the pump: was it a fiber's?
      rescue: function (error) {
        try {
          EftFibers.reset();
          return EftFibers.thrown(EftFibers.fault(error));
        } catch (_) {
          // So the memory is damaged too. The first error says more.
          return false;
        }
      },

      // Copies the error's text for C, and tells which eft_web_fault it is.
      fault: function (error) {
        let text = 'an exception without a text';
        try {
          text = String(error);
        } catch (_) {
          // An object whose toString() throws has no better text.
        }
        const room = HEAPU8.subarray(EftFibers.text, EftFibers.text + EftFibers.textSize - 1);
        room[new TextEncoder().encodeInto(text, room).written] = 0;
        HEAPU8[EftFibers.text + EftFibers.textSize - 1] = 0;
        const refused = WebAssembly['SuspendError'];
        if (refused && error instanceof refused) return 2;
        return error === EftFibers.overflow || /call stack|recursion/.test(text) ? 1 : 0;
      },

      // A function of wasm, for JavaScript to call: eft__web_depth tells C how many such calls have
      // not returned. Frames of JavaScript lie below them, and nothing can be suspended there.
      counted: function (original) {
        return (...args) => {
          HEAP32[EftFibers.depth >> 2]++;
          try {
            return original(...args);
          } finally {
            HEAP32[EftFibers.depth >> 2]--;
          }
        };
      },

      countedAll: function (exports) {
        const counted = {};
        const of = new Map();
        for (const name of Object.keys(exports)) {
          const original = exports[name];
          counted[name] = typeof original === 'function' ? EftFibers.counted(original) : original;
          of.set(original, counted[name]);
        }
        // The runtime puts a function here when it is first called.
        for (const name of Object.keys(Module)) {
          if (of.has(Module[name])) Module[name] = of.get(Module[name]);
        }
        return counted;
      },
    },

    $eftCountExports__deps: ['$EftFibers'],
    $eftCountExports: newer
      ? function () {
          wasmExports = EftFibers.countedAll(wasmExports);
        }
      : function () {
          Module['asm'] = EftFibers.countedAll(Module['asm']);
        },

    // Gives C the function that sets the limits of the stack, in the table's place for its own. The
    // export has its name, or, where names are minified, the runtime has it in a variable since it
    // called it.
    $eftCheckStack: !checked
      ? function () {}
      : newer
      ? function (slot) {
          wasmTable.set(slot, wasmExports['__set_stack_limits'] || ___set_stack_limits);
        }
      : function (slot) {
          wasmTable.set(slot, Module['asm']['__set_stack_limits'] || ___set_stack_limits);
        },

    __handle_stack_overflow__deps: ['$EftFibers'],
    __handle_stack_overflow: function () {
      EftFibers.overflow = new RangeError('out of stack (a task has 64 KiB)');
      throw EftFibers.overflow;
    },

    eft_web_fibers__deps: ['$EftFibers', '$eftCheckStack', '$eftCountExports'].concat(table),
    eft_web_fibers: function (on, thrown, reset, limits, depth, text, textSize) {
      EftPump.on = wasmTable.get(on);
      EftFibers.thrown = wasmTable.get(thrown);
      EftFibers.reset = wasmTable.get(reset);
      EftFibers.depth = depth;
      EftFibers.text = text;
      EftFibers.textSize = textSize;
      EftPump.rescue = EftFibers.rescue;
      eftCheckStack(limits);
      eftCountExports();
    },
  });
})();
