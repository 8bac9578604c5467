// SPDX-License-Identifier: MIT
// The module's timers: each is a number, and comes once unless stopped or set anew.

/** due(timer) is called when its time has come. */
export function makeTimers(due) {
	const timers = new Map();
	const timerStop = (timer) => {
		clearTimeout(timers.get(timer));
		timers.delete(timer);
	};
	const timerSet = (timer, ms) => {
		timerStop(timer);
		timers.set(timer, setTimeout(() => {
			timers.delete(timer);
			due(timer);
		}, ms));
	};

	return { timerStop, timerSet };
}
