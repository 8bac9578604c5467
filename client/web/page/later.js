// SPDX-License-Identifier: MIT
// What one opens now and then: one piece, fetched when one does (parts.js).
import "./texts/later.js";
export {openAdmin} from "./admin.js";
export {openDevices} from "./devices.js";
export {openDirectory} from "./directory.js";
export {openFactor} from "./factor.js";
export {openHelp} from "./help.js";
export {openInbox, openSaved} from "./inbox.js";
export {openRoom} from "./room.js";
export {openFound, openSearch} from "./search.js";
export {openSettings} from "./settings.js";
export {endPushes, keepPushed} from "./push.js";
export {offerFiles} from "./upload.js";
export {offerSignIn} from "./sign.js";
export {pickEmoji} from "./emoji.js";
export {showFile} from "./file.js";
