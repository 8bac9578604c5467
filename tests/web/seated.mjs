// SPDX-License-Identifier: MIT
// Somebody who sits at a terminal: `snug` in its line mode, fed and read as it runs.
import {spawn} from "node:child_process";
import {once} from "node:events";
import {join} from "node:path";
import {until} from "./patience.mjs";
import {BIN} from "./server.mjs";

export class Seated {
	/** @param {Terminal} terminal whose home it is; it goes with the test */
	static open(t, terminal) {
		const made = new Seated();

		made.told = "";
		made.process = spawn(join(BIN, "snug"), ["--home", terminal.home, "--plain"]);
		made.process.stdin.on("error", () => {}); // it may be over already
		for (const stream of [made.process.stdout, made.process.stderr])
			stream.on("data", (text) => (made.told += text));
		t.after(() => made.close());
		return made;
	}

	type(line) {
		this.process.stdin.write(`${line}\n`);
	}

	/** Waits for it, and takes it and all before it out of what was told. */
	async until(pattern) {
		const found = await until(() => `${pattern} in: ${this.told}`, () => pattern.exec(this.told));

		this.told = this.told.slice(found.index + found[0].length);
		return found;
	}

	async close() {
		if (this.process.exitCode !== null || this.process.signalCode)
			return;
		const over = once(this.process, "exit");

		this.process.kill();
		await over;
	}
}
