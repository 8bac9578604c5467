// SPDX-License-Identifier: MIT
// The host of a link, as the network looks it up, when it may look like another one: the rule
// of client/text/host.c. Pure.

const scripts = [
	/\p{Script=Latin}/u, /\p{Script=Greek}/u, /\p{Script=Cyrillic}/u,
	// Letters and marks that look like those of another alphabet, or like . / -
	/[\u0530-\u058f\u10a0-\u10ff\u13a0-\u167f\u2000-\u2e7f\ua4d0-\ua4ff]/u,
	/[\uff01-\uff5e\u{10280}-\u{10fff}\u{1d400}-\u{1d7ff}]/u,
];

// "xn--pple-43d.com" of a link whose host mixes alphabets that look alike, else "".
export function mixedHost(link) {
	const host = /^[a-z]+:(?:\/\/)?(?:[^/?#]*@)?([^/?#:]*)/i.exec(link)?.[1] ?? "";
	if (scripts.filter((script) => script.test(host)).length < 2)
		return "";
	try {
		return new URL(`https://${host}/`).hostname;
	} catch {
		return host.replace(/[^\x20-\x7e]/gu, (sign) => `\\u{${sign.codePointAt(0).toString(16)}}`);
	}
}
