import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {createServer} from 'node:http';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {dockerCredentials} from '../../../../source/engine/docker/credentials.js';
import {LegacyDocker} from '../../../../source/engine/legacy/client/docker.js';
import {EngineError} from '../../../../source/errors.js';

test('an answer that breaks off is the loss of the engine', async () => {
	const folder = await mkdtemp(path.join(tmpdir(), 'mstage-docker-'));
	onTestFinished(async () => rm(folder, {recursive: true}));
	const socket = path.join(folder, 'engine.sock');
	const server = createServer((_request, response) => {
		response.writeHead(200, {'Content-Type': 'application/json'});
		response.write('{"Id": "sha256:', () => {
			response.destroy();
		});
	});
	server.listen(socket);
	await once(server, 'listening');
	onTestFinished(() => {
		server.close();
	});
	const docker = new LegacyDocker(
		{kind: 'unix', path: socket, text: `unix://${socket}`},
		dockerCredentials(),
	);
	await expect(docker.image('busybox')).rejects.toThrow(EngineError);
});
