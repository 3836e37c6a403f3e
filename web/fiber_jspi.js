// SPDX-License-Identifier: MIT
// Fibers on JavaScript Promise Integration: promising calls and the promises they wait for.

(() => {
  const table = '$wasmTable' in LibraryManager.library ? ['$wasmTable'] : [];

  // The functions that suspend are given to wasm as WebAssembly.Suspending objects. Where the
  // engine has none, eft_jspi_start() fails instead.
  const suspending = (name) =>
    `if (WebAssembly["Suspending"]) _${name} = new WebAssembly["Suspending"](_${name});`;

  mergeInto(LibraryManager.library, {
    $EftJspi__deps: ['$EftPump', '$EftFibers'],
    $EftJspi__postset: 'EftJspi.resolvers = [];',
    $EftJspi: {
      resolvers: null, // by fiber: settles what it waits for; undefined once it is dead
      enter: null, // C's enter, promising
      died: null, // C's died

      death: function (index, error) {
        EftJspi.resolvers[index] = undefined;
        if (EftPump.over) return;
        if (error instanceof ExitStatus) {
          EftPump.exit(error.status);
          return;
        }
        let goOn = false;
        try {
          EftFibers.reset();
          goOn = EftJspi.died(index, EftFibers.fault(error));
        } catch (_) {
          // So the memory is damaged too. The first error says more.
          EftPump.trap(error);
        }
        if (goOn) EftPump.enter(EftPump.on);
      },

      // Ends what is parked when the program is over: the engine forgets no stack by itself.
      release: function () {
        const ended = Promise.reject(new Error('the program has ended'));
        ended.catch(() => {});
        for (const resolve of EftJspi.resolvers) {
          if (resolve) resolve(ended);
        }
      },

      // Functions of the table that JavaScript calls are counted as exports are; by another way
      // it hardly comes by one. One that is not counted is refused by the engine, and ends the
      // task.
      countTable: function () {
        const get = wasmTable.get.bind(wasmTable);
        const of = new Map();
        wasmTable.get = (index) => {
          const original = get(index);
          if (!original) return original;
          if (!of.has(original)) of.set(original, EftFibers.counted(original));
          return of.get(original);
        };
      },
    },

    // Calls C's enter, which waits at once; false where the engine makes no such stack.
    eft_jspi_start__deps: ['$EftJspi'].concat(table),
    eft_jspi_start: function (index, enter, died) {
      try {
        if (!EftJspi.enter) {
          EftJspi.enter = WebAssembly['promising'](wasmTable.get(enter));
          EftJspi.died = wasmTable.get(died);
          EftJspi.countTable();
          EftPump.release = EftJspi.release;
        }
        EftJspi.enter(index).then(null, (error) => {
          if (EftJspi.resolvers[index]) EftJspi.death(index, error);
        });
      } catch (_) {
        return 0;
      }
      return EftJspi.resolvers[index] ? 1 : 0;
    },

    eft_jspi_wait__deps: ['$EftJspi'],
    eft_jspi_wait__postset: suspending('eft_jspi_wait'),
    eft_jspi_wait: function (index) {
      return new Promise((resolve) => {
        EftJspi.resolvers[index] = resolve;
      });
    },

    // Goes on with the pump before the engine suspends the fiber; an exception from that is not
    // this fiber's, and enter() keeps it away from it.
    eft_jspi_park__deps: ['$EftJspi'],
    eft_jspi_park__postset: suspending('eft_jspi_park'),
    eft_jspi_park: function (index) {
      const promise = new Promise((resolve) => {
        EftJspi.resolvers[index] = resolve;
      });
      EftPump.enter(EftPump.on);
      return promise;
    },

    // Settles the next fiber in place of the pump: its turn comes as soon as this one sleeps.
    eft_jspi_hand_over__deps: ['$EftJspi'],
    eft_jspi_hand_over__postset: suspending('eft_jspi_hand_over'),
    eft_jspi_hand_over: function (index, next) {
      EftJspi.resolvers[next]();
      return new Promise((resolve) => {
        EftJspi.resolvers[index] = resolve;
      });
    },

    eft_jspi_settle__deps: ['$EftJspi'],
    eft_jspi_settle: function (index) {
      EftJspi.resolvers[index]();
    },

    // A fiber runs that the core has parked.
    eft_jspi_astray__deps: ['$EftPump'],
    eft_jspi_astray: function () {
      const error = new Error('JavaScript caught the refusal of an await, and went on');
      EftPump.trap(error);
      throw error;
    },
  });
})();
