// SPDX-License-Identifier: MIT
// What the face takes from the parts, and what the parts want of the face.
//
// A part is a function of the page: openSearch(page). It keeps nothing of the model, asks the
// core when it draws, and draws again when the core tells of a change (page.watch).
import {slashActs} from "./slash.js";
import {watchActs} from "./act.js";
import {watchAlerts} from "./notify.js";
import {watchQuestions} from "./question.js";
import {watchVersion} from "./version.js";

export {fillMembers, openMembers, openPerson} from "./people.js";
export {oneTab} from "./tabs.js";
export {goHome} from "./focus.js";

const later =
	(name) =>
	(...of) =>
		import("./later.js").then((parts) => parts[name](...of));

export const endPushes = later("endPushes");
export const keepPushed = later("keepPushed");
export const offerFiles = later("offerFiles");
export const offerSignIn = later("offerSignIn");
export const openAdmin = later("openAdmin");
export const openDevices = later("openDevices");
export const openDirectory = later("openDirectory");
export const openFactor = later("openFactor");
const openFound = later("openFound");
export const openHelp = later("openHelp");
export const openInbox = later("openInbox");
export const openSaved = later("openSaved");
export const openRoom = later("openRoom");
export const openSearch = later("openSearch");
export const openSettings = later("openSettings");
export const pickEmoji = later("pickEmoji");
export const showFile = later("showFile");

/**
 * What the face gives to the parts.
 * @typedef {object} Page
 * @property {object} core                            core.js
 * @property {function(string, object=): string} t    a text of the chosen language
 * @property {HTMLElement} log     the element that holds the rows; a row of a message has
 *                                 data-id (its msgid) and takes the focus
 * @property {HTMLElement} bars    where bars lie, above the line one writes in
 * @property {function(): number} here                the target that is shown
 * @property {function(number)} show                  shows a target
 * @property {function(number, string, number)} jump  to a message (target, msgid, time)
 * @property {function(object)} reply                 the next message answers this line
 * @property {function(object)} edit                  this own line is written anew
 * @property {function(string)} announce              words for who listens (live region)
 * @property {function(string)} asset                 address of a built file, by its plain name
 * @property {function(string)} setTheme              "auto", "light", "dark"
 * @property {function(string)} setLanguage           "en", "de"
 * @property {function(function(object)): function()} watch  set by startParts
 */

/** Begins what runs beside the page. @returns {function(object)} to be told all changes */
export function startParts(page) {
	const watchers = new Set();

	page.watch = (watcher) => {
		watchers.add(watcher);
		return () => watchers.delete(watcher);
	};
	watchActs(page);
	watchAlerts(page);
	page.watch((changes) => changes.found && openFound(page));
	watchQuestions(page);
	watchVersion(page);
	page.core.acts = {...page.core.acts, ...slashActs(page)};
	return (changes) => {
		for (const watcher of [...watchers]) watcher(changes);
	};
}
