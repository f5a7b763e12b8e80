import {execFileSync} from 'node:child_process';
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {Readable} from 'node:stream';
import {expect, test} from 'vitest';
import {findBuild} from '../../../source/commands/build-place.js';
import {BuildkitEngine} from '../../../source/engine/buildkit/engine.js';
import {LegacyEngine} from '../../../source/engine/legacy/engine.js';
import {testEngine} from '../test-engine.js';
import {parseDockerAddress} from '../../../source/engine/docker/address.js';
import {makeTree} from './temporary-tree.js';

const server = testEngine();

test.each([
	['BuildKit', BuildkitEngine],
	['the legacy builder', LegacyEngine],
])('of an archive, links lead nowhere but into it: %s', async (_, kind) => {
	const host = await makeTree({ignore: 'kept\n'});
	const root = await makeTree({
		Dockerfile: '→ docker/real',
		'docker/real': [
			'FROM busybox',
			'COPY . /c',
			'RUN test -e /c/kept && test ! -e /c/left && test -L /c/Dockerfile',
			'',
		].join('\n'),
		'.dockerignore': `→ ${host}/ignore`,
		kept: '',
		'Dockerfile.dockerignore': '→ docker/ignore',
		'docker/ignore': 'left\n',
		left: '',
	});
	// The legacy builder knows no ignore file beside the Dockerfile.
	if (kind === LegacyEngine) {
		await writeFile(
			path.join(root, 'docker/real'),
			'FROM busybox\nCOPY . /c\nRUN test -e /c/kept && test -L /c/Dockerfile\n',
		);
	}

	const archive = execFileSync('tar', ['-cC', root, '.']);
	const place = await findBuild({context: '-'}, Readable.from([archive]));
	const engine = await kind.open(parseDockerAddress(server.dockerHost));
	try {
		const build = await engine.openBuild({
			...place,
			buildArguments: {},
			secrets: [],
			noCache: true,
			tags: [],
		});
		let last: unknown;
		for await (const event of build.run([2], new AbortController().signal)) {
			last = event;
		}

		expect(last).toMatchObject({type: 'reached'});
	} finally {
		await engine.close();
	}
});
