// Loads key files with sshpk and prints the numbers in them.
//
// Standard input is a JSON list of {"path", "passphrase", "private"}; standard
// output has a line of JSON for each: {"public": base64 of the SSH blob,
// "private": [hex, ...]} or {"error": text}.
'use strict';
const fs = require('fs');
const sshpk = require('../../.tools/node_modules/sshpk'); // see scripts/tools.sh

// The private numbers of each type, by sshpk's names.
const PARTS = { rsa: ['d', 'p', 'q', 'iqmp'], dsa: ['x'], ecdsa: ['d'], ed25519: ['k'] };

function report(job) {
	const load = job.private ? sshpk.parsePrivateKey : sshpk.parseKey;
	const data = fs.readFileSync(job.path);
	// "auto" knows PPK 2 only; the reader itself knows both.
	const format = data.toString('latin1').startsWith('PuTTY-') ? 'putty' : 'auto';
	const options = { filename: job.path, passphrase: job.passphrase || undefined };
	const key = load(data, format, options);
	const number = (name) => BigInt('0x' + key.part[name].data.toString('hex')).toString(16);
	return {
		public: (job.private ? key.toPublic() : key).toBuffer('rfc4253').toString('base64'),
		private: job.private ? PARTS[key.type].map(number) : [],
	};
}

for (const job of JSON.parse(fs.readFileSync(0))) {
	let result;
	try {
		result = report(job);
	} catch (e) {
		result = { error: e.message };
	}
	console.log(JSON.stringify(result));
}
