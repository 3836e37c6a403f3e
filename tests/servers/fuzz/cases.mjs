// SPDX-License-Identifier: MIT
// All cases of the fuzzing server.

import { closeCases } from './case_close.mjs';
import { controlCases } from './case_control.mjs';
import { deflateCases } from './case_deflate.mjs';
import { deflateFaultCases } from './case_deflate_faults.mjs';
import { fragmentCases } from './case_fragments.mjs';
import { framingCases } from './case_framing.mjs';
import { handshakeCases } from './case_handshake.mjs';
import { limitCases } from './case_limits.mjs';
import { utf8Cases } from './case_utf8.mjs';

// Each is {name, run(peer, settings)} and perhaps
//
//   args     more arguments of ws-echo
//   answers  the case answers the opening request itself
//   refused  the connection must not be opened: exit code 1 and a sentence
//   any      RFCs leave both open; but it must end in one way or the other
//   deflate  it needs permessage-deflate
export const allCases = [
  ...framingCases,
  ...controlCases,
  ...fragmentCases,
  ...utf8Cases,
  ...closeCases,
  ...limitCases,
  ...handshakeCases,
  ...deflateCases,
  ...deflateFaultCases,
];
