import {membersOf, stringOf} from '../json-value.js';
import type {EngineDetails} from '../port.js';
import type {DockerConnection} from './connection.js';

/**
@throws {ConnectionError} The engine doesn't answer any more.
*/
export async function readDetails(
	docker: DockerConnection,
): Promise<EngineDetails> {
	const [info, legacyBuilder] = await Promise.all([
		docker.get('/info').then(membersOf),
		hasLegacyBuilder(docker),
	]);
	const status = JSON.stringify(info.get('DriverStatus') ?? '');
	const security = JSON.stringify(info.get('SecurityOptions') ?? '');
	return {
		hostName: stringOf(info.get('Name')),
		system: stringOf(info.get('OperatingSystem')),
		storageDriver: stringOf(info.get('Driver')),
		imageStore: status.includes('io.containerd.snapshotter')
			? 'containerd'
			: 'docker',
		rootless: security.includes('name=rootless'),
		legacyBuilder,
	};
}

/** A builder that is there misses the Dockerfile in an empty context (moby/moby builder/remotecontext/detect.go). */
async function hasLegacyBuilder(docker: DockerConnection): Promise<boolean> {
	// A tar ends with two empty blocks (POSIX, pax, "ustar Interchange Format").
	const {text} = await docker.post(
		'/build?version=1&dockerfile=Dockerfile',
		new Uint8Array(1024),
		'application/x-tar',
	);
	return /cannot locate specified dockerfile/iv.test(text);
}
