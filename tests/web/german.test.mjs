// SPDX-License-Identifier: MIT
// With a real server: who reads German is told nothing in English, neither by the page nor by its core.
import assert from "node:assert/strict";
import {test} from "node:test";
import {spoken} from "../../client/web/page/texts/core_de.js";
import {World} from "./world.mjs";

const PASSWORD = "correct horse battery";
const ARGUMENT = /%(?:\.\*)?(?:ll|l|z)?[a-z]|%\d|\$/;

// What of the English sentences stands between their places, where it is words; commands of the
// shell are the same in German.
const german = Object.values(spoken);
const english = Object.keys(spoken).flatMap((text) => text.split(ARGUMENT))
	.filter((piece) => /[a-z]{2,}:? [a-z]{2,}/.test(piece) && !german.some((text) => text.includes(piece)));

const inEnglish = (text) => english.filter((piece) => text.includes(piece));

test("what is looked for is found: these are English", () => {
	assert.ok(english.length > 150);
	assert.deepEqual(inEnglish("ann is now known as anna"), ["is now known as "]);
});

test("who reads German is told all in German", async (t) => {
	const world = await World.make(t), bob = await world.terminal("bob");

	await world.server.user("ann", PASSWORD);
	await world.server.run("room", "grant", "lounge", "ann", "--role", "moderator");
	const page = await (await world.person({locale: "de-DE"})).open(world.server.origin);
	const log = (text) => page.locator("#log .row", {hasText: text}).first().waitFor();

	async function type(text, ...told) {
		await page.locator("#field").fill(text);
		await page.keyboard.press("Enter");
		for (const one of told)
			await log(one);
	}

	await page.locator('input[name="name"]').fill("ann");
	await page.locator('input[name="secret"]').fill(PASSWORD);
	await page.keyboard.press("Enter");
	await page.locator(".title", {hasText: "#lounge"}).waitFor();

	await type("/topic Tee: um vier", "hat das Thema geändert: Tee: um vier");
	await type("/moderated on", "hat den Modus gesetzt: +m");
	await type("/mode", "nur wer eine Stimme hat, schreibt");
	await type("/tpoic", "/tpoic gibt es nicht, meintest du /topic?");
	await type("/kick", "/kick NAME [GRUND]: es fehlt ein Wort (jemanden aus diesem Raum entfernen)");
	await type("/invite nobody-here", "es gibt niemanden namens nobody-here");
	await type("/whois ann", "ann ist angemeldet als ann");
	await type("/help pin", "/pin  dies ganz oben in der Liste halten, oder nicht mehr");
	await type("/kick bob zu laut", "hat bob entfernt: zu laut");
	await type("/status", "verbunden, 0 nicht gesendet");

	await bob.say("ann", "warum?");
	await page.locator("#list", {hasText: "bob"}).waitFor();
	await type("/read all");
	await page.locator(".question", {hasText: "alles als gelesen merken, auf allen deinen Geräten: 1 Nachricht an 1 Ort?"}).waitFor();

	assert.deepEqual(inEnglish(await page.locator("body").innerText()), []);
});
