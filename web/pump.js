// SPDX-License-Identifier: MIT
// The web's pump: when the core runs next, in a microtask, a macrotask or at a timer.

/* global STACK_OVERFLOW_CHECK, ___set_stack_limits */

(() => {
  // Newer Emscriptens keep wasmTable in the library, and the exports in a variable; 3.1.6 does
  // neither.
  const newer = '$wasmTable' in LibraryManager.library;
  const table = newer ? ['$wasmTable'] : [];
  const checked = STACK_OVERFLOW_CHECK >= 2;

  mergeInto(LibraryManager.library, {
    $EftPump__deps: table,
    $EftPump__postset: 'EftPump.first = Promise.resolve();',
    $EftPump: {
      first: null, // a kept promise: its then() is the cheapest way to a microtask
      channel: null, // a kept MessageChannel: the way to a macrotask
      due: false, // a microtask or a macrotask of ours is on its way
      over: false, // the program has ended: C is not entered any more
      alarm: 0, // the timer's handle
      alarmAt: -1, // when it goes off, in ms of performance.now(); -1: none
      node: false,
      turn: null, // C: begins a pump
      on: null, // C: goes on with one
      thrown: null, // C: an exception came out; true: it was a fiber's, and that is settled
      reset: null, // C: puts the shadow stack pointer back to the loop's
      stuck: null, // C: nothing can happen any more
      overflow: null, // what a check of the stack has thrown
      release: null, // the fiber half's: the program has ended
      depth: 0, // where C has eft__web_depth
      text: 0, // where C reads the sentence of a fault
      textSize: 0,

      // All ways into the pump go through here.
      enter: function (entry) {
        while (entry && !EftPump.over) {
          try {
            entry();
            return;
          } catch (error) {
            entry = EftPump.caught(error);
          }
        }
      },

      tick: function () {
        EftPump.due = false;
        EftPump.enter(EftPump.turn);
      },

      ring: function () {
        EftPump.alarm = 0;
        EftPump.alarmAt = -1;
        if (!EftPump.due) EftPump.enter(EftPump.turn);
      },

      // Node says so when it has nothing left to wait for.
      empty: function () {
        EftPump.enter(EftPump.stuck);
      },

      // What to enter after an exception; null where the program is over.
      caught: function (error) {
        if (error instanceof ExitStatus) {
          EftPump.exit(error.status);
          return null;
        }
        try {
          EftPump.reset();
          if (EftPump.thrown(EftPump.fault(error))) return EftPump.on;
        } catch (_) {
          // So the memory is damaged too. The first error says more.
        }
        EftPump.trap(error);
        return null;
      },

      // Copies the error's text for C, and tells which eft_web_fault it is.
      fault: function (error) {
        let text = 'an exception without a text';
        try {
          text = String(error);
        } catch (_) {
          // An object whose toString() throws has no better text.
        }
        const room = HEAPU8.subarray(EftPump.text, EftPump.text + EftPump.textSize - 1);
        room[new TextEncoder().encodeInto(text, room).written] = 0;
        HEAPU8[EftPump.text + EftPump.textSize - 1] = 0;
        const refused = WebAssembly['SuspendError'];
        if (refused && error instanceof refused) return 2;
        return error === EftPump.overflow || /call stack|recursion/.test(text) ? 1 : 0;
      },

      end: function () {
        EftPump.over = true;
        if (EftPump.alarm) clearTimeout(EftPump.alarm);
        if (EftPump.channel) EftPump.channel.port1.close();
        if (EftPump.node) globalThis['process']['removeListener']('beforeExit', EftPump.empty);
        if (EftPump.release) EftPump.release();
      },

      // The program's exit code, to the host; from a microtask, so that an exception of the host's
      // own function is not taken for one of the program.
      exit: function (code) {
        if (EftPump.over) return;
        EftPump.end();
        EftPump.first.then(() => {
          if (Module['eftExit']) Module['eftExit'](code);
          else if (EftPump.node) globalThis['process']['exitCode'] = code;
        });
      },

      // Something trapped outside of every task.
      trap: function (error) {
        if (EftPump.over) return;
        EftPump.end();
        EftPump.first.then(() => {
          if (Module['eftTrap']) {
            Module['eftTrap'](error);
            return;
          }
          console.error(error);
          if (EftPump.node) globalThis['process']['exitCode'] = 1;
        });
      },

      // A function of wasm, for JavaScript to call: eft__web_depth tells C how many such calls have
      // not returned. Frames of JavaScript lie below them, and nothing can be suspended there.
      counted: function (original) {
        return (...args) => {
          HEAP32[EftPump.depth >> 2]++;
          try {
            return original(...args);
          } finally {
            HEAP32[EftPump.depth >> 2]--;
          }
        };
      },

      countedAll: function (exports) {
        const counted = {};
        const of = new Map();
        for (const name of Object.keys(exports)) {
          const original = exports[name];
          counted[name] = typeof original === 'function' ? EftPump.counted(original) : original;
          of.set(original, counted[name]);
        }
        // The runtime puts a function here when it is first called.
        for (const name of Object.keys(Module)) {
          if (of.has(Module[name])) Module[name] = of.get(Module[name]);
        }
        return counted;
      },

      isNode: function () {
        const process = globalThis['process'];
        return !!(process && process['versions'] && process['versions']['node']);
      },
    },

    $eftCountExports__deps: ['$EftPump'],
    $eftCountExports: newer
      ? function () {
          wasmExports = EftPump.countedAll(wasmExports);
        }
      : function () {
          Module['asm'] = EftPump.countedAll(Module['asm']);
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

    __handle_stack_overflow__deps: ['$EftPump'],
    __handle_stack_overflow: function () {
      EftPump.overflow = new RangeError('out of stack (a task has 64 KiB)');
      throw EftPump.overflow;
    },

    eft_web_start__deps: ['$EftPump', '$eftCheckStack', '$eftCountExports'].concat(table),
    eft_web_start: function (turn, on, thrown, reset, stuck, limits, depth, text, textSize) {
      EftPump.turn = wasmTable.get(turn);
      EftPump.on = wasmTable.get(on);
      EftPump.thrown = wasmTable.get(thrown);
      EftPump.reset = wasmTable.get(reset);
      EftPump.stuck = wasmTable.get(stuck);
      EftPump.depth = depth;
      EftPump.text = text;
      EftPump.textSize = textSize;
      EftPump.node = EftPump.isNode();
      if (EftPump.node) globalThis['process']['on']('beforeExit', EftPump.empty);
      eftCheckStack(limits);
      eftCountExports();
    },

    eft_web_wake__deps: ['$EftPump'],
    eft_web_wake: function () {
      if (EftPump.due || EftPump.over) return;
      EftPump.due = true;
      EftPump.first.then(EftPump.tick);
    },

    eft_web_later__deps: ['$EftPump'],
    eft_web_later: function () {
      if (EftPump.due || EftPump.over) return;
      EftPump.due = true;
      // Node has setImmediate, which keeps the process alive just as long as it must; a channel's
      // port would have to be held and let go each time.
      if (typeof setImmediate === 'function') {
        setImmediate(EftPump.tick);
        return;
      }
      if (!EftPump.channel) {
        EftPump.channel = new MessageChannel();
        EftPump.channel.port1.onmessage = EftPump.tick;
      }
      EftPump.channel.port2.postMessage(0);
    },

    eft_web_exit__deps: ['$EftPump'],
    eft_web_exit: function (code) {
      EftPump.exit(code);
    },

    eft_web_now: function () {
      return performance.now();
    },

    eft_web_alarm__deps: ['$EftPump'],
    eft_web_alarm: function (at) {
      if (at === EftPump.alarmAt) return;
      if (EftPump.alarm) clearTimeout(EftPump.alarm);
      EftPump.alarm = 0;
      EftPump.alarmAt = at;
      if (at < 0) return;
      const delay = Math.max(0, Math.ceil(at - performance.now()));
      EftPump.alarm = setTimeout(EftPump.ring, Math.min(delay, 0x7fffffff));
    },
  });
})();
