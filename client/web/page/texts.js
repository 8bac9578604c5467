// SPDX-License-Identifier: MIT
// Every word that the page says, in the language of whoever reads. A text is a string with
// {places}, or an object of the plural forms that Intl.PluralRules names, chosen by `count`.
import * as english from "./texts/en.js";
import * as englishParts from "./texts/parts_en.js";

// What is not English is fetched when it is chosen.
const tables = {en: {...english.en, ...englishParts.en}};
const spokenTables = {};
const others = {de: () => import("./texts/german.js")};
// Each language in its own words.
export const languages = {en: "English", de: "Deutsch"};

let chosen = "en";
let rules = new Intl.PluralRules(chosen);

export const language = () => chosen;

// English words of a piece that is fetched later.
export const learn = (more) => Object.assign(tables.en, more);

// The first of the wanted languages ("de-AT") that there is a table of.
export function bestLanguage(wanted) {
	return wanted.map((tag) => tag.toLowerCase().split("-")[0])
		.find((tag) => Object.hasOwn(languages, tag)) ?? "en";
}

export async function setLanguage(tag) {
	if (Object.hasOwn(others, tag) && !Object.hasOwn(tables, tag)) {
		const other = await others[tag]();
		tables[tag] = other.table;
		spokenTables[tag] = other.spoken;
	}
	chosen = Object.hasOwn(tables, tag) ? tag : "en";
	rules = new Intl.PluralRules(chosen);
}

export function say(key, values = {}) {
	const text = tables[chosen][key];
	if (text === undefined)
		throw new Error(`no text ${key}`);
	const form = typeof text === "string" ? text : text[rules.select(values.count)] ?? text.other;
	return form.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

// Whether there is such a text: for keys that are made of what the core says.
export const has = (key) => Object.hasOwn(tables.en, key);

// The whole table, for the core's own words.
export const words = () => tables[chosen];

// A sentence of the core in the chosen language; "": it is English.
export const spoken = (english) => spokenTables[chosen]?.[english] ?? "";
