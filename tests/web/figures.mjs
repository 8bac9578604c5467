// SPDX-License-Identifier: MIT
// The page beside another client for browsers, in the same browser, with the same server and the
// same 10,000 messages: what comes before one can type, when that is, and frames while all of it
// is scrolled through. Prints a table for docs/PERFORMANCE.md.
// usage: run BIN BUILD figures.mjs, with SNUG_OTHER the folder of the other client as it is served,
// one that has the fields nick and password and a log #buffer
import {createServer} from "node:https";
import {readdir} from "node:fs/promises";
import {readFileSync} from "node:fs";
import {join} from "node:path";
import {test} from "node:test";
import {brotliCompressSync} from "node:zlib";
import {World} from "./world.mjs";

const OTHER = process.env.SNUG_OTHER;
const MESSAGES = 10_000;
const TIMES = 5; // of which the median counts
const SLOW = {offline: false, latency: 40, downloadThroughput: 9e6 / 8, uploadThroughput: 9e6 / 8};
const CPU = 4;   // times slower
const STEP = 400; // px a frame
const PASSWORD = "correct horse battery";
const KINDS = {html: "text/html", js: "text/javascript", css: "text/css", json: "application/json"};

const middle = (all) => all.toSorted((a, b) => a - b)[all.length >> 1];

/** Serves the other client under the server's certificate, compressed beforehand as the page is. */
async function serveOther() {
	const bodies = new Map((await readdir(OTHER)).map((name) =>
		[`/${name}`, brotliCompressSync(readFileSync(join(OTHER, name)))]));
	const server = createServer({}, (request, response) => {
		const path = new URL(request.url, "https://localhost/").pathname.replace(/\/$/, "/index.html");
		const body = bodies.get(path);

		response.writeHead(body ? 200 : 404, {"Content-Type": KINDS[path.split(".").at(-1)] ?? "text/plain",
			...body && {"Content-Encoding": "br"}});
		response.end(body);
	});
	await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
	return server;
}

// When the field with the name has come and what was begun before it is drawn.
function watchField() {
	new MutationObserver((_, watch) => {
		if (document.querySelector('input[name="name"], input[name="nick"]')) {
			watch.disconnect();
			requestAnimationFrame(() => setTimeout(() => { window.canTypeAt = performance.now(); }));
		}
	}).observe(document, {subtree: true, childList: true});
}

async function countBytes(network) {
	const sum = {bytes: 0, requests: 0};

	network.on("Network.loadingFinished", ({encodedDataLength}) => {
		sum.bytes += encodedDataLength;
		sum.requests += encodedDataLength ? 1 : 0; // none: what was held already
	});
	await network.send("Network.enable");
	return sum;
}

/** {ms, bytes, requests} with a browser that holds nothing. */
async function begin(world, address) {
	const person = await world.person(), page = await person.context.newPage();
	const network = await person.context.newCDPSession(page);

	person.expect(/.*/);
	await person.context.addInitScript(watchField);
	const sum = await countBytes(network);
	await network.send("Network.emulateNetworkConditions", SLOW);
	await network.send("Emulation.setCPUThrottlingRate", {rate: CPU});
	await page.goto(address);
	await page.waitForFunction(() => window.canTypeAt);
	const told = {ms: await page.evaluate(() => window.canTypeAt), ...sum};
	await person.context.close();
	return told;
}

/** Scrolls up by STEP px in each frame until nothing older has come for a while. */
const scrollThrough = (page, log) => page.evaluate(([selector, step]) => new Promise((done) => {
	const element = document.querySelector(selector), frames = [];
	const start = performance.now();
	let last = start, moved = start, elements = 0;

	function frame(now) {
		frames.push(now - last);
		last = now;
		element.scrollTop -= step;
		if (element.scrollTop > 0)
			moved = now;
		elements = Math.max(elements, element.querySelectorAll("*").length);
		if (now - moved < 3000 && now - start < 120_000)
			requestAnimationFrame(frame);
		else
			done({frames, seconds: (moved - start) / 1000, elements});
	}
	requestAnimationFrame(frame);
}), [log, STEP]);

const numberOf = (text) => Number(/said (\d+)/.exec(text)?.[1] ?? Infinity);

function framesOf(told, oldest) {
	const sorted = told.frames.toSorted((a, b) => a - b), at = (part) => sorted[Math.floor(part * (sorted.length - 1))];

	return {"frame at p50, ms": at(0.5), "frame at p99, ms": at(0.99), "longest frame, ms": at(1),
		"frames over 50 ms": sorted.filter((ms) => ms > 50).length, "seconds to the end": told.seconds,
		"elements of the log, at most": told.elements, "oldest message reached": oldest};
}

async function logIn(world, address, fields, log) {
	const person = await world.person();

	person.expect(/.*/);
	const page = await person.open(address);
	await page.locator(`input[name="${fields.name}"]`).fill("ann");
	await page.locator(`input[name="${fields.secret}"]`).fill(PASSWORD);
	await page.keyboard.press("Enter");
	await page.locator(log).getByText(`said ${MESSAGES - 1}`).first().waitFor();
	return page;
}

async function scrolled(world, client) {
	const page = await logIn(world, client.address, client.fields, client.log);
	const told = await scrollThrough(page, client.log);
	const texts = (await page.locator(client.log).innerText()).split("\n");

	await page.context().close();
	return framesOf(told, Math.min(...texts.map(numberOf)));
}

async function started(world, client) {
	const all = [];

	for (let i = 0; i < TIMES; i++)
		all.push(await begin(world, client.start));
	return {"until one can type, ms": middle(all.map((one) => one.ms)),
		"bytes until then": middle(all.map((one) => one.bytes)),
		"requests until then": middle(all.map((one) => one.requests))};
}

const shown = (number) => Number.isInteger(number) ? String(number) : number.toFixed(1);

function table(ours, other) {
	const rows = Object.keys(ours).map((what) =>
		`| ${what} | ${shown(ours[what])} | ${shown(other[what])} | ${ours[what] ? `${(other[what] / ours[what]).toFixed(2)}x` : ""} |`);

	return ["| | page | other | ratio |", "|---|---|---|---|", ...rows].join("\n");
}

test("figures", {skip: OTHER ? false : "SNUG_OTHER names no client"}, async (t) => {
	const serving = await serveOther(), other = `https://localhost:${serving.address().port}`;
	t.after(() => serving.close());
	const world = await World.make(t, {conf: `origin = ${other}\n`}), {server} = world;

	serving.setSecureContext({key: readFileSync(join(server.state, "key.pem")),
		cert: readFileSync(join(server.state, "cert.pem"))});
	await server.user("ann", PASSWORD);
	await server.run("room", "grant", "lounge", "ann");
	const bob = await world.terminal("bob");
	await bob.run(["pipe"], Array.from({length: MESSAGES}, (_, i) =>
		`${JSON.stringify({op: "send", target: "#lounge", text: `said ${i}`})}\n`).join(""));

	const clients = [
		{start: await server.pageLink("lounge"), address: server.origin, log: "#log",
			fields: {name: "name", secret: "secret"}},
		{start: other, address: `${other}/?server=wss://localhost:${server.webPort}/socket&channels=%23lounge`,
			log: "#buffer", fields: {name: "nick", secret: "password"}},
	];
	const told = [];
	for (const client of clients)
		told.push({...await started(world, client), ...await scrolled(world, client)});
	console.log(table(...told));
});
