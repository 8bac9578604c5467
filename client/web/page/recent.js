// SPDX-License-Identifier: MIT
// The emoji that one uses: what a message is answered with at once.
const RECENT = 6;
const FIRST = ["👍", "❤️", "😂", "🎉", "😮", "🙏"];

/** Those that were used last, filled up with the usual ones. */
export function recentEmoji(core) {
	const used = (core.kept("emoji") ?? "").split(" ").filter(Boolean);

	return [...new Set([...used, ...FIRST])].slice(0, RECENT);
}

/** This one was used just now. */
export function remember(core, sign) {
	core.keep(
		"emoji",
		[sign, ...recentEmoji(core).filter((one) => one !== sign)].join(" "),
	);
}
