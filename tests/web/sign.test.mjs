// SPDX-License-Identifier: MIT
// A browser signs in at the issuer that the server names, and is a device from then on.
import assert from "node:assert/strict";
import {test} from "node:test";
import {Issuer} from "./issuer.mjs";
import {until} from "./patience.mjs";
import {World, axe} from "./world.mjs";

/** A browser at the form, with the issuer's button. */
async function offered(t, open = "/", conf = "") {
	const issuer = await Issuer.make(t);
	const world = await World.make(t, {conf: issuer.conf + conf});
	const person = await world.person();

	person.expect(new RegExp(`a request to another place: ${issuer.url}/auth`));
	await until("the issuer to be up", async () => (await world.server.json("status")).issuer.includes("up since"));
	const page = await person.open(world.server.origin + open);
	const button = page.getByRole("button", {name: `Sign in at ${new URL(issuer.url).host}`});

	await button.waitFor();
	return {issuer, world, person, page, button};
}

const tokens = (world) => world.server.json("user", "token", "list", "ann");

test("one says yes there, and is in; after a reload, too", async (t) => {
	const {issuer, world, person, page, button} = await offered(t);

	assert.deepEqual(await axe(page), []);
	await button.click();
	await page.locator("button.me", {hasText: "ann"}).waitFor();
	assert.equal(page.url(), `${world.server.origin}/`);
	assert.equal(await page.evaluate(() => sessionStorage.length), 0);
	await page.reload();
	await page.locator("button.me", {hasText: "ann"}).waitFor();
	assert.deepEqual((await tokens(world)).map((row) => [row.label, row.device]), [["Chromium-Linux", "yes"]]);
	// The code was exchanged by the server, with the verifier; no log has it.
	const asked = await issuer.asked();
	const [, form] = asked.find(([path, one]) => path === "/token" && one.grant_type === "authorization_code");
	const [, went] = asked.find(([path]) => path === "/auth");

	assert.equal(form.redirect_uri, `${world.server.origin}/`);
	assert.ok(form.code_verifier.length >= 43 && !went.code_verifier);
	assert.ok(!world.server.readLog().includes(form.code));
	assert.ok(!world.server.readLog().includes(form.code_verifier));
	assert.deepEqual(person.asked.filter((one) => one.url().includes("/token")), []);
});

test("a sign-in that is too old is made anew, and the token of before is good again", async (t) => {
	const {issuer, world, page, button} = await offered(t, "/", "[auth]\nrecheck = 4s\n");

	await button.click();
	await page.locator("button.me", {hasText: "ann"}).waitFor();
	await issuer.remove();
	await page.getByRole("alert").filter({hasText: "Your sign-in is too old"}).waitFor();
	await issuer.person();
	await button.click();
	await page.locator("button.me", {hasText: "ann"}).waitFor();
	assert.equal((await tokens(world)).length, 1);
});

test("a no is told, and one may begin anew", async (t) => {
	const {issuer, page, person, button} = await offered(t);
	const deny = (route) => {
		const asked = new URL(route.request().url()).searchParams;
		const back = new URLSearchParams({error: "access_denied", state: asked.get("state"), iss: issuer.url});

		return route.fulfill({status: 302, headers: {Location: `${asked.get("redirect_uri")}?${back}`}});
	};

	await person.context.route(`${issuer.url}/auth*`, deny);
	await button.click();
	await page.getByRole("alert").filter({hasText: "said no there"}).waitFor();
	await person.context.unroute(`${issuer.url}/auth*`, deny);
	await button.click();
	await page.locator("button.me", {hasText: "ann"}).waitFor();
});

test("an answer that this tab did not ask for is not believed", async (t) => {
	const {issuer, page, world} = await offered(t, "/?code=c0de&state=st4te");

	await page.getByRole("alert").filter({hasText: "belongs to no sign-in of this tab"}).waitFor();
	assert.equal(page.url(), `${world.server.origin}/`);
	assert.deepEqual((await issuer.asked()).filter(([path]) => path === "/token"), []);
});

test("an account that is not bound is not entered, and the server says how to", async (t) => {
	const {world, page, button} = await offered(t);

	await world.server.user("ann", "correct horse battery");
	await button.click();
	await page.getByRole("alert").filter({hasText: "/account bind"}).waitFor();
	assert.deepEqual(await tokens(world), []);
});

test("without an issuer there is no button", async (t) => {
	const world = await World.make(t);
	const person = await world.person();
	const page = await person.context.newPage();
	const asked = page.waitForEvent("websocket");

	await page.goto(world.server.origin);
	await (await asked).waitForEvent("close");
	await page.getByLabel("Password").waitFor();
	assert.equal(await page.getByRole("button", {name: /Sign in/}).count(), 0);
});
