"use strict";
// Runs in the worker, behind wasm_exec.js: starts the program in the module
// that the page hands over, and puts the page's questions to it.
addEventListener("unhandledrejection", () => postMessage({ dead: true }));
onmessage = async ({ data }) => {
	if (data.module) {
		const go = new Go();
		const instance = await WebAssembly.instantiate(data.module, go.importObject);
		go.run(instance).then(() => postMessage({ dead: true }), () => postMessage({ dead: true }));
		postMessage({ ready: true });
		return;
	}
	// This throws when there is no memory, and then there is no program any more.
	const answer = keyconv(data.what, data.bytes, data.text);
	data.bytes.fill(0);
	postMessage({ answer }, answer?.data ? [answer.data.buffer] : []);
};
