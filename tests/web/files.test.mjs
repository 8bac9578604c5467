// SPDX-License-Identifier: MIT
// Files between the page and a terminal, both ways: by the button, by paste and by drop.
import assert from "node:assert/strict";
import {readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {test} from "node:test";
import {deflateSync} from "node:zlib";
import {until} from "./patience.mjs";
import {World, axe} from "./world.mjs";

const rowOf = (page, text) => page.locator("#log .row", {hasText: text}).last();
const stored = (row) => row.and(row.page().locator(":not(.own)"));

/** A picture of one colour, with a word in it that only its bytes tell. */
function png(width, height, [red, green, blue], word = "") {
	const chunk = (kind, data) => {
		const body = Buffer.concat([Buffer.from(kind), data]), out = Buffer.alloc(12 + data.length);

		out.writeUInt32BE(data.length);
		body.copy(out, 4);
		out.writeUInt32BE(crc(body), 8 + data.length);
		return out;
	};
	const head = Buffer.from([0, 0, 0, width, 0, 0, 0, height, 8, 2, 0, 0, 0]);
	const row = Buffer.concat([Buffer.from([0]), Buffer.concat(Array(width).fill(Buffer.from([red, green, blue])))]);

	return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head),
		word ? chunk("tEXt", Buffer.from(`Place\0${word}`)) : Buffer.alloc(0),
		chunk("IDAT", deflateSync(Buffer.concat(Array(height).fill(row)))), chunk("IEND", Buffer.alloc(0))]);
}

function crc(bytes) {
	let sum = 0xffffffff;

	for (const byte of bytes) {
		sum ^= byte;
		for (let i = 0; i < 8; i++)
			sum = sum >>> 1 ^ (sum & 1 ? 0xedb88320 : 0);
	}
	return (sum ^ 0xffffffff) >>> 0;
}

async function scene(t, more) {
	const world = await World.make(t, more), person = await world.person();
	const bob = await world.terminal("bob");
	const page = await person.join(await world.server.pageLink("lounge"), "ann");

	return {world, person, bob, page, dialog: page.locator("dialog[open]").last()};
}

const give = (page, files) => page.locator('.writing input[type="file"]').setInputFiles(files);
const fileOf = async (bob, name) => {
	const found = (await bob.tail("#lounge")).find((row) => row.file?.name === name);

	return found?.file;
};

test("a picture goes to the terminal without its place, and one of the terminal is shown", async (t) => {
	const {world, bob, page, dialog} = await scene(t);
	const back = join(bob.home, "blue.png"), got = join(bob.home, "got.png");

	await give(page, [{name: "red.png", mimeType: "image/png", buffer: png(40, 30, [200, 0, 0], "secret garden")}]);
	await dialog.locator(".offered img").waitFor();
	assert.deepEqual(await axe(page), []);
	await dialog.getByLabel("A line with it").fill("look at this");
	await page.keyboard.press("Enter");
	await stored(rowOf(page, "look at this")).locator(".file img").waitFor();
	await until("the terminal to have the picture", () => fileOf(bob, "red.png"));
	const {id} = await fileOf(bob, "red.png");
	await bob.run(["get", id, "-o", got]);
	assert.equal(readFileSync(got).subarray(1, 4).toString(), "PNG");
	assert.ok(!readFileSync(got).includes("secret garden"));

	writeFileSync(back, png(20, 20, [0, 0, 200]));
	await bob.run(["send", "--file", back, "#lounge", "from here"]);
	const shown = rowOf(page, "from here").locator(".file img");
	await until("the picture to be there", () => shown.evaluate((image) => image.complete && image.naturalWidth === 20));
	assert.deepEqual(await axe(page), []);
	await shown.click();
	await page.locator(".lightbox img").waitFor();
	await page.keyboard.press("Escape");
	await page.locator("dialog").waitFor({state: "detached"});
	assert.ok((await world.server.run("file", "list")).includes("blue.png"));
});

test("what is no picture is saved under its name", async (t) => {
	const {bob, page} = await scene(t);
	const path = join(bob.home, "notes.txt");

	writeFileSync(path, "tea and cake");
	await bob.run(["send", "--file", path, "#lounge"]);
	const coming = page.waitForEvent("download");
	await page.getByRole("button", {name: /^notes.txt/}).click();
	const download = await coming;
	assert.equal(download.suggestedFilename(), "notes.txt");
	assert.equal(readFileSync(await download.path(), "utf8"), "tea and cake");
});

test("a file comes by paste and by drop, and a text that is pasted stays text", async (t) => {
	const {bob, page, dialog} = await scene(t);
	const put = (kind, name) => page.evaluate(([event, called]) => {
		const data = new DataTransfer();

		data.items.add(new File(["words"], called, {type: "text/plain"}));
		const what = event === "paste"
			? new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})
			: new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true});
		document.getElementById("field").dispatchEvent(what);
	}, [kind, name]);

	for (const kind of ["paste", "drop"]) {
		await put(kind, `${kind}.txt`);
		await dialog.getByText(`${kind}.txt`).waitFor();
		await page.keyboard.press("Enter");
		await until(`the terminal to have ${kind}.txt`, () => fileOf(bob, `${kind}.txt`));
	}
	await page.locator("#field").focus();
	await page.evaluate(() => {
		const data = new DataTransfer();

		data.items.add("a copied cell", "text/plain");
		data.items.add(new File(["x"], "cell.png", {type: "image/png"}));
		document.getElementById("field").dispatchEvent(
			new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
	});
	assert.equal(await page.locator("dialog").count(), 0);
});

test("what the server does not take is told, and can be tried again", async (t) => {
	const {world, person, bob, page} = await scene(t, {conf: "\n[files]\nfile_max = 1KiB\n"});

	person.expect(/413/, /\/f\?target=/);
	await give(page, [{name: "big.bin", mimeType: "application/octet-stream", buffer: Buffer.alloc(4096, 1)}]);
	await page.getByLabel("A line with it").fill("kept words");
	await page.keyboard.press("Enter");
	const row = page.locator(".upload", {hasText: "big.bin"});
	await row.getByText(/1024 bytes/).waitFor();
	const conf = join(world.server.state, "snugd.conf");
	writeFileSync(conf, readFileSync(conf, "utf8").replace("file_max = 1KiB", "file_max = 1MiB"));
	await world.server.run("reload");
	await row.getByRole("button", {name: "Try again"}).click();
	await until("the terminal to have it", () => fileOf(bob, "big.bin"));
	await stored(rowOf(page, "kept words")).waitFor();
	assert.equal(await page.locator(".upload").count(), 0);
});

test("a message that is removed takes its file along", async (t) => {
	const {person, world, page} = await scene(t);

	person.expect(/401/);
	await give(page, [{name: "red.png", mimeType: "image/png", buffer: png(8, 8, [9, 0, 0])}]);
	await page.getByLabel("A line with it").fill("not for long");
	await page.keyboard.press("Enter");
	await stored(rowOf(page, "not for long")).locator(".file").waitFor();
	const [{file: id}] = JSON.parse(await world.server.run("file", "list", "--json"));
	await rowOf(page, "not for long").focus();
	await page.keyboard.press("d");
	await page.getByText("This message was removed.").waitFor();
	assert.equal(await page.evaluate(async (file) => (await fetch(`/f/${file}`)).status, id), 401);
	await until("it to be gone", async () => !(await world.server.run("file", "list")).includes("red.png"));
});
