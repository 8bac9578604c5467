// SPDX-License-Identifier: MIT
// What stands behind the # of the page's address: `ROOM,invite=TOKEN,device=SECRET`, the parts
// of common/snug_link.h that matter once one is on the server's own page, and `message=ID` of
// who points at one. Pure.

// "#lounge,invite=abc" -> {room: "#lounge", invite: "abc", device: "", message: ""}: "" where
// absent.
// Parts that are not known belong to later versions and are passed over.
export function parseFragment(hash) {
	const found = {room: "", invite: "", device: "", message: ""};
	const [first, ...rest] = hash.replace(/^#/, "").split(/[,?&#]/).filter((part) => part);
	const parts = first?.includes("=") ? [first, ...rest] : rest;
	if (first && parts.length === rest.length)
		found.room = "#" + decoded(first);
	for (const part of parts) {
		const [name, value] = cutAt(part, "=");
		if (name in found && name !== "room")
			found[name] = decoded(value);
	}
	return found;
}

function cutAt(text, sign) {
	const at = text.indexOf(sign);
	return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

// A "%" that encodes nothing stays what it is.
function decoded(text) {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
