// SPDX-License-Identifier: MIT
// When a page wakes up, or its network is another one, the connection may be gone without a word.

/** Tells the core, for as long as the page lives. */
export function watchNetwork(core) {
	if (!globalThis.document) return;
	const changed = () => core.networkChanged();
	const looked = () => {
		const isFocused = !document.hidden && document.hasFocus();
		core.focus(isFocused);
		if (!document.hidden) changed();
	};

	addEventListener("online", changed);
	addEventListener("pageshow", (event) => event.persisted && changed());
	document.addEventListener("resume", changed);
	document.addEventListener("visibilitychange", looked);
	// It may be reloaded, or never wake again: what waits to be read offline is written now.
	addEventListener("pagehide", () => core.flush());
	addEventListener("focus", looked);
	addEventListener("blur", () => core.focus(false));
	core.focus(!document.hidden && document.hasFocus());
}
