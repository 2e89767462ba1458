// Parses standard input as PowerShell, with the grammar that editors use, and
// prints what is no PowerShell. PowerShell itself is in no Debian.
const { Parser, Language } = require('../../../.tools/node_modules/web-tree-sitter');
const grammar = __dirname + '/../../../.tools/node_modules/tree-sitter-powershell/tree-sitter-powershell.wasm';

async function main() {
	await Parser.init();
	const parser = new Parser();
	parser.setLanguage(await Language.load(grammar));
	const tree = parser.parse(require('fs').readFileSync(0, 'utf8'));
	const look = (node) => {
		if (node.type === 'ERROR' || node.isMissing) {
			console.log(`${node.startPosition.row + 1}:${node.startPosition.column + 1}: ${JSON.stringify(node.text)}`);
		}
		node.children.forEach(look);
	};
	look(tree.rootNode);
}
main();
