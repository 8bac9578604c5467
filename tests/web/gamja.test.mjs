// SPDX-License-Identifier: MIT
// Files as gamja has them: what it says over its WebSocket, and the request of its uploadFile()
// (components/composer.jsx), in Chromium, on the server's origin, where a proxy would put it, and on
// another. With SNUG_GAMJA, a folder of it with what npm installs, it is shown a link itself.
import assert from "node:assert/strict";
import {readFile} from "node:fs/promises";
import {join, normalize} from "node:path";
import {test} from "node:test";
import {PATIENCE, until} from "./patience.mjs";
import {World} from "./world.mjs";

const GAMJA = process.env.SNUG_GAMJA;
const KINDS = {html: "text/html", js: "text/javascript", css: "text/css", json: "application/json"};
// A page that is put in its place comes from no address, and must ask before it talks to this computer.
const NEAR = {permissions: ["local-network-access"]};
const PASSWORD = "correct horse battery";
const NAME = "a c\u00e4t.gif", BYTES = "GIF89a and so on";

/** Puts pages at this origin, below /gamja/, as a proxy in front of the server does. */
function serve(context, origin, content) {
	return context.route(`${origin}/gamja/**`, async (route) => {
		const path = new URL(route.request().url()).pathname.slice("/gamja/".length) || "index.html";
		const body = await content(normalize(path)).catch(() => null);

		await route.fulfill(body === null ? {status: 404} : {body, contentType: KINDS[path.split(".").at(-1)]});
	});
}

const empty = async () => "<!doctype html><title>gamja</title>";

/** In the page: logs in as gamja does, and keeps the lines. */
async function login([url, nick, secret]) {
	const socket = new WebSocket(url);

	window.lines = [];
	window.say = (line) => socket.send(line);
	socket.addEventListener("message", ({data}) => {
		window.lines.push(data);
		if (data.startsWith("PING"))
			socket.send(data.replace("PING", "PONG"));
	});
	await new Promise((opened, failed) => {
		socket.addEventListener("open", opened);
		socket.addEventListener("close", () => failed(new Error("closed")));
	});
	for (const line of ["CAP LS 302", `NICK ${nick}`, `USER ${nick} 0 * ${nick}`,
		"CAP REQ :batch echo-message labeled-response message-tags sasl server-time", "AUTHENTICATE PLAIN",
		`AUTHENTICATE ${btoa(`\0${nick}\0${secret}`)}`, "CAP END"])
		socket.send(line);
}

/** In the page: as uploadFile() does. */
async function upload([endpoint, user, password, name, bytes]) {
	const file = new File([bytes], name, {type: "image/gif"});
	const coded = encodeURIComponent(name);
	const headers = {
		"Content-Length": file.size,
		"Content-Disposition": coded === name ? `attachment; filename="${name}"` : `attachment; filename*=UTF-8''${coded}`,
		"Content-Type": file.type,
		Authorization: `Basic ${btoa(`${user}:${password}`)}`,
	};
	const answer = await fetch(endpoint, {method: "POST", body: file, headers, credentials: "include"});

	return {status: answer.status, url: answer.ok ? new URL(answer.headers.get("Location"), endpoint).href : ""};
}

const line = (page, wanted) => until(wanted, () => page.evaluate((part) =>
	window.lines.find((one) => one.includes(part)), wanted));

async function scene(t, conf) {
	const world = await World.make(t, {conf});
	const {server} = world;

	for (const name of ["ann", "bob"])
		await server.user(name, PASSWORD);
	return {world, server, socket: `${server.origin.replace("https", "wss")}/socket`};
}

async function seated(world, socket, origin, name, secret = PASSWORD) {
	const person = await world.person(NEAR);

	await serve(person.context, origin, empty);
	const page = await person.open(`${origin}/gamja/`);
	await page.evaluate(login, [socket, name, secret]);
	await line(page, " 001 ");
	return {person, page};
}

test("a file goes by gamja's request and comes by a link of one's own", async (t) => {
	const {world, server, socket} = await scene(t);
	const token = (await server.run("user", "token", "add", "ann")).trim();
	const {person, page: ann} = await seated(world, socket, server.origin, "ann", token);
	const {page: bob} = await seated(world, socket, server.origin, "bob");
	for (const page of [ann, bob]) {
		await page.evaluate(() => window.say("JOIN #den"));
		await line(page, " 366 ");
	}
	const endpoint = /soju\.im\/FILEHOST=(\S+)/.exec(await line(ann, "soju.im/FILEHOST="))[1];
	assert.equal(new URL(endpoint).origin, server.origin);

	// The password of the account opens nothing: whoever logged in by it is told so.
	person.expect(/401/);
	assert.equal((await ann.evaluate(upload, [endpoint, "ann", PASSWORD, NAME, BYTES])).status, 401);
	const sent = await ann.evaluate(upload, [endpoint, "ann", token, NAME, BYTES]);
	assert.equal(sent.status, 201);
	await ann.evaluate((url) => window.say(`PRIVMSG #den :look ${url}`), sent.url);

	const links = [];
	for (const page of [ann, bob]) {
		const link = /https:\S+\?s=\S+/.exec(await line(page, "PRIVMSG #den :look"))[0];
		const got = await page.evaluate(async (url) => {
			const answer = await fetch(url);

			return {status: answer.status, text: await answer.text()};
		}, link);
		assert.deepEqual(got, {status: 200, text: BYTES});
		links.push(link);
	}
	assert.notEqual(links[0], links[1]);
});

test("on another origin its socket is let in where the host says so, and its files are not", async (t) => {
	const other = "https://gamja.example";
	const {world, server, socket} = await scene(t, `origin = ${other}\n`);
	const {person, page} = await seated(world, socket, other, "ann");

	person.expect(/./);
	const endpoint = /soju\.im\/FILEHOST=(\S+)/.exec(await line(page, "soju.im/FILEHOST="))[1];
	assert.match(await page.evaluate(upload, [endpoint, "ann", "t", NAME, BYTES]).catch(String), /Failed to fetch/);
	assert.ok(person.wrong.some((text) => text.includes("CORS")), person.wrong.join());
	assert.deepEqual(await server.json("file", "list"), []);

	// And one that nobody named has no socket either.
	const stranger = await world.person(NEAR);
	stranger.expect(/./);
	await serve(stranger.context, "https://elsewhere.example", empty);
	const there = await stranger.open("https://elsewhere.example/gamja/");
	assert.match(await there.evaluate(login, [socket, "ann", PASSWORD]).catch(String), /closed/);
});

test("it shows a link that opens", {skip: !GAMJA && "SNUG_GAMJA names no gamja"}, async (t) => {
	const {world, server} = await scene(t);
	const person = await world.person(NEAR);
	const config = JSON.stringify({server: {url: "/socket", autojoin: "#lounge", auth: "mandatory"}});

	person.expect(/./); // what it asks for and does not find is its own affair
	await serve(person.context, server.origin, (path) => path === "config.json" ? Promise.resolve(config) : readFile(join(GAMJA, path)));
	const page = await person.open(`${server.origin}/gamja/`);
	const bob = await world.terminal("cem");
	await page.locator('input[name="nick"]').fill("ann");
	await page.locator('input[name="password"]').fill(PASSWORD);
	await page.keyboard.press("Enter");
	await page.locator("#buffer").waitFor({timeout: PATIENCE});
	await page.locator("#buffer", {hasText: "cem"}).waitFor();
	await bob.run(["send", "--file", new URL(import.meta.url).pathname, "#lounge", "look"]);
	const link = page.locator('#buffer a[href*="?s="]');
	await link.waitFor();
	const got = await page.evaluate(async (url) => (await fetch(url)).text(), await link.getAttribute("href"));
	assert.match(got, /^\/\/ SPDX/);
});
