// SPDX-License-Identifier: MIT
// The table of characters that look alike (common/alike.def): fetched behind the login.
export async function fetchAlike() {
	const answer = await fetch("/assets/alike.txt");
	if (!answer.ok) throw new Error(`${answer.status}`);
	return answer.text();
}
