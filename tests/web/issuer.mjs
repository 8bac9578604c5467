// SPDX-License-Identifier: MIT
// The issuer of tests/e2e/issuer.py beside a browser that believes its authority. Whoever opens
// its page has said yes there, as `auto`.
import {execFileSync, spawn} from "node:child_process";
import {once} from "node:events";
import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {createInterface} from "node:readline";
import {AUTHORITY} from "./server.mjs";

const E2E = new URL("../e2e/", import.meta.url).pathname;
const SCRIPT = `
import json, sys
sys.path.insert(0, sys.argv[1])
import issuer
i = issuer.Issuer(sys.argv[2])
i.person("s1", "ann")
i.auto = "s1"
print(json.dumps({"url": i.url, "ca": i.ca}), flush=True)
for line in sys.stdin:
    if line == "remove\\n":
        i.remove("s1")
    if line == "person\\n":
        i.person("s1", "ann")
    print(json.dumps(i.asked), flush=True)
`;

export class Issuer {
	static async make(t) {
		const made = new Issuer();

		made.dir = mkdtempSync(join(tmpdir(), "snug-issuer-"));
		made.process = spawn("python3", ["-c", SCRIPT, E2E, made.dir], {stdio: ["pipe", "pipe", "inherit"]});
		made.lines = createInterface({input: made.process.stdout})[Symbol.asyncIterator]();
		t.after(() => made.close());
		Object.assign(made, await made.next());
		execFileSync("certutil", ["-d", `sql:${AUTHORITY}/.pki/nssdb`, "-A", "-t", "C,,",
			"-n", made.url, "-i", made.ca]);
		return made;
	}

	get conf() {
		return `\n[beside]\nerrand = yes\nca_file = ${this.ca}\n[oidc]\nissuer = ${this.url}\n`;
	}

	async next() {
		return JSON.parse((await this.lines.next()).value);
	}

	/** [path, form] of each request so far. */
	asked() {
		return this.#say("");
	}

	/** The organisation has nobody of that name any more; or has again. */
	remove() {
		return this.#say("remove");
	}

	person() {
		return this.#say("person");
	}

	#say(words) {
		this.process.stdin.write(`${words}\n`);
		return this.next();
	}

	async close() {
		const over = once(this.process, "exit");

		this.process.stdin.end();
		await over;
		rmSync(this.dir, {recursive: true});
	}
}
