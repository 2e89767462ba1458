// Parses the scripts in a JSON array as PowerShell, with the grammar that editors
// use, and prints for each where it is no PowerShell.
const tools = __dirname + '/../../../.tools/';
const { Parser, Language } = require('module').createRequire(tools)('web-tree-sitter');
const grammar = tools + 'node_modules/tree-sitter-powershell/tree-sitter-powershell.wasm';

async function main() {
	await Parser.init();
	const parser = new Parser();
	parser.setLanguage(await Language.load(grammar));
	const errors = (node) => {
		const here = node.type === 'ERROR' || node.isMissing ? [`${node.startPosition.row + 1}:${node.startPosition.column + 1}`] : [];
		return here.concat(...node.children.map(errors));
	};
	const scripts = JSON.parse(require('fs').readFileSync(0, 'utf8'));
	console.log(JSON.stringify(scripts.map((script) => errors(parser.parse(script).rootNode))));
}
main();
