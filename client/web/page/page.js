// SPDX-License-Identifier: MIT
// What the modules of the page share: one object. main.js fills it and starts each part with
// it; a part that adds to another's rows or bars puts a function here, and no part reaches
// into another's elements.

export const page = {
	// openCore()'s object, from the start on.
	core: null,
	// The id of the target that is shown; 0 before there is one.
	place: 0,
	// compose.js: {reply(line), edit(line), insert(text), focus()}; a line is one of core.lines.
	composer: null,
	// log.js: {jump(msgid, at), select(msgid), selected(), newest()}
	log: null,
	// Called once a frame with the changes of core.onChange, in the order of their coming.
	onChange: [],
	// (line) => an element that appears over a message under the mouse, or null.
	rowButtons: [],
	// (line, row, point) of a message: its menu is wanted, at {x, y} or, with null, at the row.
	onRowMenu: null,
	// (event, line, row): a key pressed on a message that has the focus. True: it was used.
	onRowKey: null,
	// (target id, line): a sign of a message was clicked; who reacted: {sign, names, mine}.
	onReaction: null,
	// (name): a person's name was clicked.
	onPerson: null,
	// (event): a key pressed anywhere, before the page's own. True: it was used.
	onKey: [],
};

// The target that is shown, as core.targets() has it; undefined when there is none.
export function shownTarget() {
	return page.core.targets().find((target) => target.id === page.place);
}
