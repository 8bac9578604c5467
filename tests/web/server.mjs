// SPDX-License-Identifier: MIT
// A real snugd with the page, in a folder of its own, with a certificate of the test's authority.
// SNUG_BIN names the folder with the programs, SNUG_AUTHORITY the one with ca.pem and ca.key.
import {execFile, spawn} from "node:child_process";
import {once} from "node:events";
import {appendFileSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync} from "node:fs";
import {createServer} from "node:net";
import {tmpdir} from "node:os";
import {join, resolve} from "node:path";
import {promisify} from "node:util";
import {PATIENCE, until} from "./patience.mjs";

export const BIN = resolve(process.env.SNUG_BIN ?? "build/release");
export const AUTHORITY = process.env.SNUG_AUTHORITY;
const CERTS = new URL("../../certs/", import.meta.url).pathname;
const START_AGAIN = "SIGKILL";

// Cheap hashes and no limits: what is tested here is not how slow they are. A call that the sandbox
// refuses ends the server, and so the test.
const CONF = `
[server]
refused_calls = kill
${process.getuid() === 0 ? "user = root" : ""}

[auth]
argon2_memory = 19MiB
argon2_passes = 2

[limits]
connections_per_source = 0
logins_per_source = 0
lines_per_second = 0
asks_per_second = 0
disk_share = 0
`;

const running = promisify(execFile);

export async function run(program, words, {stdin = "", env} = {}) {
	const started = running(join(BIN, program), words,
		{timeout: PATIENCE, maxBuffer: 1 << 26, env: {...process.env, ...env}});

	// A program that reads nothing may be over already.
	started.child.stdin.on("error", () => {});
	started.child.stdin.end(stdin);
	return (await started).stdout;
}

async function freePort() {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const {port} = server.address();
	server.close();
	await once(server, "close");
	return port;
}

export class Server {
	/** @param {{conf?: string, name?: string, isVouched?: boolean}} [more] */
	static async make({conf = "", name = "localhost", isVouched = true} = {}) {
		const made = new Server();

		made.dir = mkdtempSync(join(tmpdir(), "snug-web-"));
		made.state = join(made.dir, "state");
		made.log = join(made.dir, "log");
		made.name = name;
		made.webPort = await freePort();
		made.port = await freePort();
		made.origin = `https://${name}:${made.webPort}`;
		await made.run("init", "--name", name, "--listen", `ircs://127.0.0.1:${made.port}`);
		if (isVouched)
			await running(join(CERTS, "authority"), [AUTHORITY, name,
				join(made.state, "key.pem"), join(made.state, "cert.pem")]);
		appendFileSync(join(made.state, "snugd.conf"),
			`${CONF}\n[web]\nlisten = 127.0.0.1:${made.webPort}\n${conf}`);
		await made.start();
		return made;
	}

	/** What the command says. The authority is one of this computer's, to it. */
	run(...words) {
		return run("snugd", [...words, "--state", this.state], {env: this.env});
	}

	get env() {
		return {SSL_CERT_FILE: join(AUTHORITY, "ca.pem")};
	}

	async json(...words) {
		return JSON.parse(await this.run(...words, "--json"));
	}

	readLog() {
		try {
			return readFileSync(this.log, "utf8");
		} catch {
			return "";
		}
	}

	async start() {
		const mark = this.readLog().length, log = openSync(this.log, "a");

		this.process = spawn(join(BIN, "snugd"), ["run", "--state", this.state],
			{stdio: ["ignore", "ignore", log], env: {...process.env, ...this.env}});
		closeSync(log);
		await until(() => `the server to be ready: ${this.readLog().slice(mark)}`, () => {
			if (this.process.exitCode !== null)
				throw new Error(this.readLog().slice(mark));
			return /event=ready.*\n/.test(this.readLog().slice(mark));
		});
	}

	async stop(signal = "SIGTERM") {
		if (!this.process || this.process.exitCode !== null || this.process.signalCode)
			return;
		const over = once(this.process, "exit");
		this.process.kill(signal);
		await over;
	}

	async killAndStart() {
		await this.stop(START_AGAIN);
		await this.start();
	}

	/** An account with this password. */
	async user(name, password) {
		await run("snugd", ["user", "add", name, "--password-stdin", "--state", this.state],
			{stdin: `${password}\n`, env: this.env});
	}

	/** @returns {Promise<string>} a link as people get it, for a terminal */
	async invite(...words) {
		return (await this.run("invite", "create", "--uses", "100", ...words)).trim().split("\n")[0];
	}

	/** The same for a browser: it leads to the page. */
	async pageLink(room, ...words) {
		const token = /invite=([^,]+)/.exec(await this.invite("--room", room, ...words))[1];

		return `${this.origin}/#${room},invite=${token}`;
	}

	async close() {
		await this.stop();
		rmSync(this.dir, {recursive: true, force: true});
	}
}
