// SPDX-License-Identifier: MIT
// Light or dark: as the system says, unless the person chose. base.css has the colours.

export const themes = ["auto", "light", "dark"];

/** @param {string} theme one of themes */
export function setTheme(theme) {
	const root = document.documentElement;

	if (theme === "light" || theme === "dark")
		root.dataset.theme = theme;
	else
		delete root.dataset.theme;
}
