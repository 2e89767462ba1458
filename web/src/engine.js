"use strict";
// The engine: one worker that runs the library, started again when it dies,
// hangs or works on what nobody waits for any more. The page itself never
// computes, so that typing stays smooth.

// A worker that is busy with an old question is given so long before a newer
// one throws it out.
const patience = 1500;
// No question may take longer.
const limit = { look: 20_000, convert: 120_000 };

// Worker scripts are the one thing that Trusted Types let through, here only.
const scripts = globalThis.trustedTypes?.createPolicy("keyconv", { createScriptURL: (url) => url });

class Engine {
	#source; #module; #worker; #running; #waiting; #timer;

	constructor(source) {
		const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
		this.#source = scripts ? scripts.createScriptURL(url) : url;
	}

	// start takes the module, compiled, and waits until the program runs.
	async start(module) {
		this.#module = module;
		await this.#restart();
	}

	// ask puts a question. Only the newest waits: one that is overtaken is
	// answered by null. What fails is answered by {failed}.
	ask(what, bytes, text) {
		return new Promise((resolve) => {
			this.#waiting?.resolve(null);
			this.#waiting = { what, bytes, text, resolve };
			this.#next();
		});
	}

	#next() {
		if (!this.#worker || !this.#waiting) {
			return;
		}
		if (this.#running) {
			this.#wait(Math.max(0, this.#running.since + patience - performance.now()), null);
			return;
		}
		const { what, bytes, text } = this.#running = this.#waiting;
		this.#running.since = performance.now();
		this.#waiting = null;
		this.#worker.postMessage({ what, bytes, text }, [bytes.buffer]);
		this.#wait(limit[what], { failed: "It took too long and was stopped." });
	}

	// wait ends the running question with that answer, unless it is done before.
	#wait(time, answer) {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#drop(answer), time);
	}

	#finish(answer) {
		clearTimeout(this.#timer);
		const done = this.#running;
		this.#running = null;
		done?.resolve(answer);
	}

	#drop(answer) {
		this.#finish(answer);
		this.#restart().then(() => this.#next(), () => {
			this.#waiting?.resolve({ failed: "The browser starts no worker any more. Load the page again." });
			this.#waiting = null;
		});
	}

	#restart() {
		this.#worker?.terminate();
		this.#worker = null;
		const worker = new Worker(this.#source);
		const died = () => this.#drop({ failed: "The browser ran out of memory with it." });
		return new Promise((resolve, reject) => {
			worker.onerror = reject;
			worker.onmessage = ({ data }) => {
				if (data.ready) {
					this.#worker = worker;
					worker.onerror = died;
					resolve();
					this.#next();
				} else if (data.dead) {
					died();
				} else {
					this.#finish(data.answer);
					this.#next();
				}
			};
			worker.postMessage({ module: this.#module });
		});
	}
}

// unpack compiles the module that lies in the page as gzip in base64, while it
// is being unpacked. There is no fetch: the page may not connect to anything.
function unpack(base64) {
	const packed = Uint8Array.fromBase64?.(base64) ?? Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
	const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
	return WebAssembly.compileStreaming(new Response(stream, { headers: { "Content-Type": "application/wasm" } }));
}
