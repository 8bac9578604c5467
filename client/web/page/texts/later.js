// SPDX-License-Identifier: MIT
// Taught before anything of its piece speaks.
import {learn} from "../texts.js";
import {en} from "./later_en.js";

learn(en);
