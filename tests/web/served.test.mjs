// SPDX-License-Identifier: MIT
// The page as a real server serves it to a real browser: at its address, with nothing refused.
import assert from "node:assert/strict";
import {test} from "node:test";
import {until} from "./patience.mjs";
import {World} from "./world.mjs";

test("the page comes whole, from its own server alone", async (t) => {
	const world = await World.make(t), person = await world.person();

	person.expect(/favicon\.ico$/); // of the plain page, where there is no other
	const page = await person.open(world.server.origin);

	assert.equal(await page.title(), "snug");
	assert.equal(await page.evaluate(() => isSecureContext && document.cookie), "");
	assert.ok(person.asked.length > 0);
});

test("what goes wrong in a page is noticed", async (t) => {
	const world = await World.make(t), person = await world.person();
	const page = await person.open(world.server.origin);
	const seen = (pattern) => until(`${pattern} among ${person.wrong}`,
		() => person.wrong.some((text) => pattern.test(text)));

	person.expect(/.*/);
	await page.evaluate(() => { setTimeout(() => { throw new Error("thrown"); }); });
	await seen(/thrown/);
	await page.evaluate(() => fetch("https://elsewhere.example/").catch(() => {}));
	await seen(/securitypolicyviolation: connect-src https:\/\/elsewhere\.example/);
	await page.evaluate(() => fetch("/nothing"));
	await seen(/^404 .*\/nothing$/);
	await page.evaluate(() => { document.createElement("p").style = "color: red"; });
	await page.evaluate(() => { document.body.setAttribute("style", "color: red"); });
	await seen(/securitypolicyviolation: style-src/);
	await page.goto("http://elsewhere.example/").catch(() => {});
	await seen(/a request to another place: http:\/\/elsewhere\.example/);
});
