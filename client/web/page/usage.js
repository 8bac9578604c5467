// SPDX-License-Identifier: MIT
// The grammar of a verb's usage line (common/usage.h), as fields of a form. Pure.
//
//   NAME [LABEL] WORD...   places   [--for 7d] --room NAME   options   [--off]   switches
//   [--cert F --key F]  all or none   [--generate | --none]  one of them

/** "[--a | --b X] NAME..." as ["[--a | --b X]", "NAME..."]: brackets hold together. */
function splitUsage(text) {
	return text.match(/\[[^\]]*\](?:\.\.\.)?|\S+/g) ?? [];
}

/** Words in small letters with bars between are the choices there are: "error|warn|info". */
function choicesOf(value) {
	const words = value.split("|");

	return words.length > 1 && words.every((word) => /^[a-z][a-z-]*$/.test(word))
		? words
		: null;
}

function optionsIn(text, isNeeded, isMany) {
	const found = [...text.matchAll(/(--[a-z-]+)(?:[ =]((?!--|\|)\S+))?/g)];

	return found.map(([, flag, value]) => ({
		flag,
		value: value ?? null,
		isNeeded,
		isMany,
		choices: value ? choicesOf(value) : null,
	}));
}

function placeIn(text, isNeeded) {
	const isMany = text.endsWith("...");
	const name = text.replace(/\.\.\.$/, "");

	return {flag: null, value: name, isNeeded, isMany, choices: choicesOf(name)};
}

/**
 * @param {string} usage
 * @returns {Array<{flag: string|null, value: string|null, isNeeded: boolean, isMany: boolean,
 *   choices: string[]|null}>} in their order; flag null: a place; value null: a switch
 */
export function parseUsage(usage) {
	return splitUsage(joinNeeded(usage)).flatMap((token) => {
		const inside = token.replace(/^\[|\](\.\.\.)?$/g, "");
		const isOptional = token.startsWith("[");

		return inside.startsWith("--")
			? optionsIn(inside, !isOptional, token.endsWith("..."))
			: [placeIn(isOptional ? inside : token, !isOptional)];
	});
}

// "--room NAME" outside of brackets is one thing, too.
function joinNeeded(usage) {
	return usage.replace(
		/(^|\s)(--[a-z-]+) (?!--|\[)(\S+)/g,
		(all, before, flag, value, at) =>
			isInside(usage, at) ? all : `${before}${flag}=${value}`,
	);
}

function isInside(text, at) {
	const before = text.slice(0, at);

	return before.split("[").length > before.split("]").length;
}

/**
 * The words behind the verb, of what was filled in.
 * @param {ReturnType<typeof parseUsage>} fields
 * @param {function(object): string|boolean} valueOf text of a field, true or false of a switch
 */
export function usageWords(fields, valueOf) {
	const options = [],
		places = [];

	for (const field of fields) {
		const value = valueOf(field);

		if (!field.flag)
			places.push(
				...(field.isMany ? value.split(/\s+/) : [value]).filter(
					Boolean,
				),
			);
		else if (field.value === null && value) options.push(field.flag);
		else if (field.value !== null && value) options.push(field.flag, value);
	}
	return [...options, ...places];
}
