// SPDX-License-Identifier: MIT
// What a server would answer to the parts, over the double of the core.

/** The parts and what they share, at hand in the page: window.parts, window.snug. */
export const partsOf = (page) => page.evaluate(async () => {
	window.parts = await import("/assets/parts.js");
	window.snug = (await import("/assets/page.js")).page;
});

/**
 * Answers to requests, by the line: a list of [command, ...params]; or a list of such lists, one
 * after the other. Nothing answers what is not named. All that was asked is in window.asked.
 */
export const answerWith = (page, answers) => page.evaluate((by) => {
	window.asked ??= [];
	window.answers = {...window.answers, ...by};
	window.snug.core.ask = (line, onLine) => {
		window.asked.push(line);
		const known = window.answers[line] ?? [];
		const turn = Array.isArray(known[0]?.[0]) ? known.shift() : known;

		queueMicrotask(() => {
			for (const [command, ...params] of turn)
				onLine({tags: {}, source: "chat.example", command, params});
			onLine(null, false);
		});
	};
}, answers);
