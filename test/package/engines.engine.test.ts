import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {BuildkitEngine} from '../../source/engine/buildkit/engine.js';
import {parseDockerAddress} from '../../source/engine/docker/address.js';
import {testEngine} from '../engine/test-engine.js';

/** Returns the cells of the readme's table of engines, row by row, its head first. */
async function engineTable(): Promise<readonly string[][]> {
	const readme = await readFile(
		path.join(import.meta.dirname, '../../readme.md'),
		'utf8',
	);
	const {table} =
		/<!-- engines -->\n(?<table>[\s\S]*?)<!-- \/engines -->/v.exec(
			readme,
		)!.groups!;
	return table!
		.trim()
		.split('\n')
		.filter(line => !line.startsWith('| --- '))
		.map(line =>
			line
				.split('|')
				.slice(1, -1)
				.map(cell => cell.trim()),
		);
}

test('the readme says of the engine what the engine says of itself', async () => {
	const {dockerHost, version} = testEngine();
	const engine = await BuildkitEngine.open(parseDockerAddress(dockerHost));
	onTestFinished(async () => engine.close());
	const capabilities = await engine.capabilities();
	const [head, ...rows] = await engineTable();
	const column = head!.indexOf(version.split('.', 2).join('.'));
	expect(column).toBeGreaterThan(0);
	expect(rows.map(row => [row[0], row[column], row.at(-1)])).toEqual(
		capabilities.map(({name, available, without}) => [
			name,
			available ? 'yes' : 'no',
			without,
		]),
	);
});
