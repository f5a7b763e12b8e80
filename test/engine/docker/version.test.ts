import {once} from 'node:events';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {expect, onTestFinished, test} from 'vitest';
import {openBuilder} from '../../../source/engine/open-builder.js';
import {parseDockerAddress} from '../../../source/engine/docker/address.js';

async function answering(version: unknown): Promise<string> {
	const server = createServer((_request, response) => {
		response.end(JSON.stringify(version));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => {
		server.close();
	});
	return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

// As Podman 5.4.2 answers.
const podman = {
	Version: '5.4.2',
	Os: 'linux',
	Arch: 'amd64',
	Components: [{Name: 'Podman Engine', Version: '5.4.2'}],
};

test.each(['buildkit', 'legacy'] as const)(
	'Podman is refused by its name (%s)',
	async builder => {
		const address = parseDockerAddress(await answering(podman));
		await expect(openBuilder(address, builder)).rejects.toThrow(
			expect.objectContaining({
				exitCode: 3,
				message: `The engine at ${address.text} can't be used: it is Podman 5.4.2, and mstage builds with Docker's builders only. Name a Docker engine with --host or --docker-context.`,
			}),
		);
	},
);

test.each([null, [], {}, {Version: 5}, 'docker'])(
	'what answers with %j is no engine',
	async answer => {
		const address = parseDockerAddress(await answering(answer));
		await expect(openBuilder(address)).rejects.toThrow(
			'what answers there is no Docker engine',
		);
	},
);
