// SPDX-License-Identifier: MIT
// A browser is a device of its account: after a login by password, or the making of an account,
// it asks for a token of its own, and logs in with that from then on.

const LABEL_MAX = 32; // bytes, of the server

/** "Firefox-Linux": what one sees in the list of devices. */
export function browserName(agent = globalThis.navigator?.userAgent || "") {
	const browser = [["Firefox", "Firefox"], ["Edg", "Edge"], ["OPR", "Opera"], ["Chrom", "Chromium"],
		["Safari", "Safari"]].find(([sign]) => agent.includes(sign));
	const system = ["Android", "iPhone", "iPad", "Windows", "Mac", "Linux"]
		.find((name) => agent.includes(name));
	return `${browser ? browser[1] : "Browser"}-${system || "other"}`.slice(0, LABEL_MAX);
}

/** Where the server makes none, the password has to be typed again next time. */
export function makeDevice(core) {
	const { name } = core.me();

	core.ask(`CERT TOKEN ADD ${browserName()} DEVICE`, (line) => {
		if (line?.command === "CERT" && line.params[1] === "ADD" && line.params.length > 3)
			core.keepDevice(name, line.params[3]).catch((error) =>
				console.warn("snug: the device is not kept:", error));
	});
}
