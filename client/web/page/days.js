// SPDX-License-Identifier: MIT
// Days and times as they are said: by the local clock and the chosen language.
import {language, say} from "./texts.js";

// A number that is the same for all of one local day.
export function dayOf(at) {
	const date = new Date(at);
	return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86400000;
}

// "Today", "Yesterday", "Tuesday 22 November", with the year where it is another one.
export function dayName(at, now = Date.now()) {
	const ago = dayOf(now) - dayOf(at);
	if (ago === 0)
		return say("days.today");
	if (ago === 1)
		return say("days.yesterday");
	const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
	return formatter({weekday: "long", day: "numeric", month: "long",
		...(isThisYear ? {} : {year: "numeric"})}).format(at);
}

export const clock = (at) => formatter({hour: "numeric", minute: "2-digit"}).format(at);

// Of a day that is not this one, the day, too.
export function moment(at, now = Date.now()) {
	return dayOf(at) === dayOf(now) ? clock(at) : `${dayName(at, now)}, ${clock(at)}`;
}

// Milliseconds from now to the next local midnight.
export function untilMidnight(now = Date.now()) {
	const date = new Date(now);
	return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1) - now;
}

const made = new Map();

// Making one costs a millisecond: each is made once a language.
function formatter(options) {
	const key = language() + JSON.stringify(options);
	if (!made.has(key))
		made.set(key, new Intl.DateTimeFormat(region(), options));
	return made.get(key);
}

// English of Britain has another clock than that of America.
const region = () => globalThis.navigator?.languages?.find((tag) =>
	tag.split("-")[0] === language()) ?? language();

// The clock's zone was changed: what was made is of the old one.
export const forgetZone = () => made.clear();
