// SPDX-License-Identifier: MIT
// The list items of the log: those that say the same stay the elements that they are, so that
// a selection, the focus and the place on the screen survive a drawing.

/** @param {HTMLElement} list whose children are rows, each made here */
export function makeRows(list) {
	const known = new Map(); // key -> {element, says}
	let order = [];

	// `wanted`: [{key, says, make()}], from the top; `says` differs when it must be made anew.
	function arrange(wanted) {
		const stay = new Set(wanted.map((row) => row.key));

		for (const key of order.filter((old) => !stay.has(old)))
			drop(key);
		wanted.forEach(put);
		order = wanted.map((row) => row.key);
	}

	function drop(key) {
		known.get(key).element.remove();
		known.delete(key);
	}

	function put(row, i) {
		const old = known.get(row.key);
		const element = old?.says === row.says ? old.element : renewed(row, old?.element);

		if (list.children[i] !== element)
			list.insertBefore(element, list.children[i] ?? null);
		known.set(row.key, {element, says: row.says});
	}

	// The place of the old element, and its focus.
	function renewed(row, old) {
		const made = row.make();

		if (!old)
			return made;
		const hadFocus = old.contains(document.activeElement);
		made.tabIndex = old.tabIndex;
		old.replaceWith(made);
		if (hadFocus)
			made.focus({preventScroll: true});
		return made;
	}

	return {
		arrange,
		element: (key) => known.get(key)?.element,
		keys: () => order,
	};
}
