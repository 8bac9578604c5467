// SPDX-License-Identifier: MIT
// List, talk and people beside each other; on a small screen one of them at a time, and the way
// back is the browser's own.
const NARROW = "(max-width: 719px)";
const ROLES = {list: "navigation", side: "complementary"};

export const isNarrow = () => matchMedia(NARROW).matches;

let shown = "list";

export function startPanes() {
	history.replaceState({pane: "list"}, "");
	window.addEventListener("popstate", (event) => put(event.state?.pane ?? "list"));
	put("list");
	matchMedia(NARROW).addEventListener("change", () => put(shown));
	fitKeyboard();
}

function put(pane) {
	shown = pane;
	document.getElementById("chat").dataset.pane = pane;
	// What is alone on a small screen is the main thing there.
	for (const [name, role] of Object.entries(ROLES)) {
		const isAlone = isNarrow() && name === pane;
		document.getElementById(name).setAttribute("role", isAlone ? "main" : role);
	}
}

export const shownPane = () => shown;

/** A step forward, which the back gesture takes back. */
export function goToPane(pane) {
	if (pane === shown)
		return;
	if (isNarrow())
		history.pushState({pane}, "");
	put(pane);
}

/** One step back; without one, to the list. */
export function goBack() {
	if (isNarrow() && history.state?.pane !== "list")
		history.back();
	else
		put("list");
}

// The soft keyboard of iOS lies over the page: what is seen is told by visualViewport alone.
function fitKeyboard() {
	const seen = window.visualViewport;

	if (!seen)
		return;
	const fit = () => {
		const root = document.documentElement;
		root.style.setProperty("--height", `${seen.height}px`);
		root.classList.toggle("keyboard", seen.height < window.innerHeight - 100);
		if (seen.offsetTop)
			window.scrollTo(0, 0);
	};
	seen.addEventListener("resize", fit);
	fit();
}
