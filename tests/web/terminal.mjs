// SPDX-License-Identifier: MIT
// Somebody at a terminal, by the words of the command line: `snug` with a home of its own.
import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {run} from "./server.mjs";

export class Terminal {
	/** Joins by the link, with a new account. */
	static async join(name, link) {
		const made = new Terminal();

		made.home = mkdtempSync(join(tmpdir(), `snug-${name}-`));
		await made.run(["join", "--name", name, "--password-fd", "0", "--no-ui", link],
			"correct horse battery\n");
		return made;
	}

	run(words, stdin) {
		return run("snug", ["--home", this.home, ...words], {stdin});
	}

	say(target, text) {
		return this.run(["send", target, text]);
	}

	/** Rows of the newest lines as the server has them, oldest first. */
	async tail(target, count = 1000) {
		const told = await this.run(["tail", "-n", String(count), "--json", target]);

		return told.split("\n").filter(Boolean).map((line) => JSON.parse(line));
	}

	/** Their texts. */
	async texts(target, count) {
		return (await this.tail(target, count)).map((row) => row.text);
	}

	close() {
		rmSync(this.home, {recursive: true, force: true});
	}
}
