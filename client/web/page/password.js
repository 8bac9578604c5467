// SPDX-License-Identifier: MIT
// A password that the page makes: 100 bits, in groups that can be read out.

// No letter that looks like another: 32 of them, 5 bits each.
const LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";
const GROUPS = 4, GROUP = 5;

export function makePassword() {
	const dice = crypto.getRandomValues(new Uint8Array(GROUPS * GROUP));
	const letters = Array.from(dice, (byte) => LETTERS[byte % LETTERS.length]);
	return Array.from({length: GROUPS},
		(_, i) => letters.slice(i * GROUP, (i + 1) * GROUP).join("")).join("-");
}

// Offers it to the browser's own store of passwords, where that can be asked.
export function offerPassword(name, password) {
	if (!("PasswordCredential" in window))
		return;
	const credential = new PasswordCredential({id: name, password, name});
	// Refused by the person or by the browser: the password was shown.
	navigator.credentials.store(credential).catch(() => undefined);
}
