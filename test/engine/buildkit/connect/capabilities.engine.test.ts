import {expect, test} from 'vitest';
import {BuildkitEngine} from '../../../../source/engine/buildkit/engine.js';
import {parseDockerAddress} from '../../../../source/engine/docker/address.js';
import {isOldEngine} from '../builds.js';
import {testEngine} from '../../test-engine.js';

test('asks the engine what it can do, and leaves nothing open', async () => {
	const engine = await BuildkitEngine.open(
		parseDockerAddress(testEngine().dockerHost),
	);
	const capabilities = await engine.capabilities();
	const missing = capabilities
		.filter(({available}) => !available)
		.map(({id}) => id);

	expect(capabilities).not.toHaveLength(0);
	expect(missing).toEqual(
		isOldEngine()
			? [
					'failed-state',
					'neighbours',
					'gateway.exec.signals',
					'gateway.exec.secretenv',
					'gateway.exec.extrahosts',
					'gateway.exec.filesystem',
					'diffop',
					'mergeop',
					'heredocs',
				]
			: ['gateway.exec.filesystem', 'mergeop'],
	);
	await engine.close();
});
