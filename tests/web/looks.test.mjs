// SPDX-License-Identifier: MIT
// How the page looks with people in it: on a desk and on a phone, in light and dark, in both
// languages. `make web SCREENS=1` keeps the pictures; axe-core looks at each.
import assert from "node:assert/strict";
import {test} from "node:test";
import {axe, PHONE, picture, World} from "./world.mjs";

const TALK = [
	["bob", "are we still on for three?"],
	["dora", "yes — slides at https://wiki.example.org/slides"],
	["dora", "ann: can you open the door?"],
];
const CODE = "This is how it starts:\n```\nint main(void)\n{\n\treturn 0;\n}\n```\nand `make` does the rest";

const WAYS = [
	["page-desk", "ann", {}], ["page-dark", "cem", {colorScheme: "dark"}],
	["page-phone", "eve", {...PHONE, deviceScaleFactor: 1}],
	["page-phone-dark", "fay", {...PHONE, deviceScaleFactor: 1, colorScheme: "dark", locale: "de-DE"}],
];

async function talk(world) {
	const bob = await world.terminal("bob"), dora = await world.terminal("dora");

	for (const [who, text] of TALK)
		await {bob, dora}[who].run(["pipe"], `${JSON.stringify({op: "send", target: "#lounge", text})}\n`);
	const [first] = await bob.tail("#lounge");
	await dora.run(["react", "--in", "#lounge", first.id, "👍"]);
	await dora.run(["send", "--reply", first.id, "#lounge", "I'll be there, too"]);
}

/** What one opens: pictures of a wide dialog and of a form. */
async function dialogs(page) {
	await page.getByRole("button", {name: "Search", exact: true}).click();
	await page.keyboard.type("there");
	await page.keyboard.press("Enter");
	await page.locator("dialog .find").first().waitFor();
	await picture(page, "page-search");
	await page.keyboard.press("Escape");
	await page.locator("dialog").waitFor({state: "detached"});
	await page.locator("button.me").click();
	await page.getByRole("menuitem", {name: "Settings"}).click();
	await page.locator("dialog[open] h2", {hasText: "Settings"}).waitFor();
	await picture(page, "page-settings");
}

test("the page with people in it", async (t) => {
	const world = await World.make(t);

	await talk(world);
	for (const [name, who, options] of WAYS) {
		// The tool itself puts styles into the page, which the policy refuses.
		const person = await world.person({...options, bypassCSP: true});
		const page = await person.open(await world.server.pageLink("lounge"));
		await page.locator('input[name="name"]').waitFor();
		if (who === "ann")
			await picture(page, "page-enter");
		await page.locator('input[name="name"]').fill(who);
		await page.locator('button[type="submit"]').click();
		await page.getByText("I'll be there, too").first().waitFor();
		await page.locator(".signs button").waitFor();
		if (who === "ann") {
			await page.locator("#field").fill(CODE);
			await page.locator("#field").press("Enter");
		}
		await page.locator("#log pre").waitFor();
		await page.mouse.move(0, 0);
		await picture(page, name);
		assert.deepEqual(await axe(page), []);
		if (who === "ann")
			await dialogs(page);
		await page.context().close();
	}
});
