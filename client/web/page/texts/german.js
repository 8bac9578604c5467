// SPDX-License-Identifier: MIT
// All of German, fetched where it is read.
import {de} from "./de.js";
import {de as parts} from "./parts_de.js";

export const table = {...de, ...parts};
export {spoken} from "./core_de.js";
