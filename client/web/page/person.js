// SPDX-License-Identifier: MIT
// How a person looks: a colour of the name, the same as in the terminal (client/ui/style.c),
// and the letters of the picture.

const COLOURS = 12;
const encoder = new TextEncoder();

// 0 to 11. FNV-1a: only has to spread.
export function colourOf(name) {
	let hash = 2166136261;
	for (const byte of encoder.encode(name.toLowerCase()))
		hash = Math.imul(hash ^ byte, 16777619) >>> 0;
	return (hash >>> 8) % COLOURS;
}

// One or two letters of the words that a person is called by.
export function lettersOf(shown) {
	const words = shown.split(/[\s_.-]+/).map((word) => Array.from(word)).filter((word) => word.length);
	return words.slice(0, 2).map((word) => word[0]).join("").toUpperCase() || "?";
}

// The class of what has this person's colour.
export const colourClass = (name) => `person-${colourOf(name)}`;
