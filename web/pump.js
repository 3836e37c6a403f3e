// SPDX-License-Identifier: MIT
// The web's pump: when the core runs next, in a microtask, a macrotask or at a timer.

/* global ENVIRONMENT */

(() => {
  // Newer Emscriptens keep wasmTable in the library, and the exports in a variable; 3.1.6 does
  // neither.
  const newer = '$wasmTable' in LibraryManager.library;
  const table = newer ? ['$wasmTable'] : [];
  // Who links with -sENVIRONMENT=web wants a small program for pages, not one for Node too.
  const pages = String(ENVIRONMENT) === 'web';

  mergeInto(LibraryManager.library, {
    // The process where this is Node, else null.
    $eftNode: pages
      ? function () {
          return null;
        }
      : function () {
          const node = globalThis['process'];
          return node && node['versions'] && node['versions']['node'] ? node : null;
        },

    $EftPump__deps: ['$eftNode'].concat(table),
    $EftPump__postset: 'EftPump.first = Promise.resolve();',
    $EftPump: {
      first: null, // a kept promise: its then() is the cheapest way to a microtask
      channel: null, // a kept MessageChannel: the way to a macrotask
      due: false, // a microtask or a macrotask of ours is on its way
      over: false, // the program has ended: C is not entered any more
      alarm: 0, // the timer's handle
      alarmAt: -1, // when it goes off, in ms of performance.now(); -1: none
      turn: null, // C: begins a pump
      on: null, // C: goes on with one
      stuck: null, // C: nothing can happen any more
      rescue: null, // the fibers': an exception came out of a pump; true: it was a fiber's
      release: null, // the fiber half's: the program has ended

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
        if (EftPump.rescue && EftPump.rescue(error)) return EftPump.on;
        EftPump.trap(error);
        return null;
      },

      end: function () {
        EftPump.over = true;
        if (EftPump.alarm) clearTimeout(EftPump.alarm);
        if (EftPump.channel) EftPump.channel.port1.close();
        const node = eftNode();
        if (node) node['removeListener']('beforeExit', EftPump.empty);
        if (EftPump.release) EftPump.release();
      },

      // The program's exit code, to the host; from a microtask, so that an exception of the host's
      // own function is not taken for one of the program.
      exit: function (code) {
        if (EftPump.over) return;
        EftPump.end();
        EftPump.first.then(() => {
          const node = eftNode();
          if (Module['eftExit']) Module['eftExit'](code);
          else if (node) node['exitCode'] = code;
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
          const node = eftNode();
          console.error(error);
          if (node) node['exitCode'] = 1;
        });
      },
    },

    eft_web_start__deps: ['$EftPump', '$eftNode'].concat(table),
    eft_web_start: function (turn, stuck) {
      EftPump.turn = wasmTable.get(turn);
      const node = eftNode();
      if (!node) return;
      EftPump.stuck = wasmTable.get(stuck);
      node['on']('beforeExit', EftPump.empty);
    },

    eft_web_wake__deps: ['$EftPump'],
    eft_web_wake: function () {
      if (EftPump.due || EftPump.over) return;
      EftPump.due = true;
      EftPump.first.then(EftPump.tick);
    },

    eft_web_later__deps: ['$EftPump', '$eftNode'],
    eft_web_later: function () {
      if (EftPump.due || EftPump.over) return;
      EftPump.due = true;
      // Node has setImmediate, which keeps the process alive just as long as it must; a channel's
      // port would have to be held and let go each time.
      if (eftNode()) {
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

    // What run() of the loader set, or, without it, Node's environment.
    eft_web_wants_debug__deps: ['$eftNode'],
    eft_web_wants_debug: function (can) {
      const node = eftNode();
      const wanted = Module['eftDebug'] || (node && node['env']['EFT_DEBUG'] === '1');
      if (wanted && !can) console.warn('this program is linked without eft/debug.h');
      return !!wanted;
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
