import {once} from 'node:events';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import type {Duplex} from 'node:stream';
import {expect, onTestFinished, test} from 'vitest';
import {BuildkitConnection} from '../../../../source/engine/buildkit/connect/connection.js';
import {Session} from '../../../../source/engine/buildkit/session/session.js';
import {parseDockerAddress} from '../../../../source/engine/docker/address.js';
import {DockerConnection} from '../../../../source/engine/docker/connection.js';
import {dockerCredentials} from '../../../../source/engine/docker/credentials.js';

// No engine refuses only one of them; what stands between can, such as a proxy that lets through some paths.
test('of two connections, of which the engine refuses one, the other is closed', async () => {
	const server = createServer();
	const closed = new Promise(resolve => {
		server.on('upgrade', ({url}, socket: Duplex) => {
			if (url === '/session') {
				socket.resume().once('end', resolve);
				socket.write(
					'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
				);
			} else {
				socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
			}
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => {
		server.close();
	});
	const {port} = server.address() as AddressInfo;
	const docker = new DockerConnection(
		parseDockerAddress(`tcp://127.0.0.1:${port}`),
	);
	const session = new Session({
		directories: new Map(),
		secrets: {read: async () => undefined},
		credentials: dockerCredentials(),
	});

	await expect(BuildkitConnection.open(docker, session)).rejects.toThrow(
		'it answers with 403',
	);
	await closed;
});

test('a connection that an engine without BuildKit keeps open is closed', async () => {
	const server = createServer((_request, response) => {
		response.writeHead(404).end('{"message":"page not found"}');
	});
	server.keepAliveTimeout = 0;
	const closed: Array<Promise<unknown>> = [];
	server.on('connection', socket => {
		closed.push(once(socket, 'close'));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => {
		server.close();
	});
	const {port} = server.address() as AddressInfo;
	const docker = new DockerConnection(
		parseDockerAddress(`tcp://127.0.0.1:${port}`),
	);

	await expect(docker.upgrade('/grpc', {})).rejects.toThrow(
		'it has no BuildKit',
	);
	await Promise.all(closed);
	expect(closed).toHaveLength(1);
});
