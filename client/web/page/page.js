// SPDX-License-Identifier: MIT
// What the modules of the page share: the one object that parts.js describes (`Page`), filled by
// main.js and by each module of the face when it starts.
import {say} from "./texts.js";

export const page = {
	core: null,
	t: say,
	// The id of the target that is shown; 0 before there is one.
	place: 0,
	here: () => page.place,
};

/** The target that is shown, as core.targets() has it; undefined when there is none. */
export function shownTarget() {
	return page.core.targets().find((target) => target.id === page.place);
}

/** What a target is called: a conversation of a few by who is in it. */
export const titleOf = (target) => target.people || target.display || target.name;
