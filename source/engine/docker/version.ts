import {elementsOf, membersOf, stringOf} from '../json-value.js';
import {ConnectionError, noDocker} from './connection-error.js';
import type {DockerConnection} from './connection.js';

/** What `GET /version` answers with, as far as it is read here. */
export type EngineVersion = {
	/** `26.1.5`, without what a distribution adds. */
	readonly version: string;

	/** As `--platform` spells it: `linux/amd64`. */
	readonly platform: string;
};

/** What Podman calls the first of its components. */
const podman = 'Podman Engine';

/**
@throws {ConnectionError} No engine answers there, or it is Podman: it has Docker's API, but no BuildKit, and a builder that
tells other things than Docker's.
*/
export async function readVersion(
	docker: DockerConnection,
): Promise<EngineVersion> {
	const answer = membersOf(await docker.get('/version'));
	const version = stringOf(answer.get('Version'));
	const names = elementsOf(answer.get('Components')).map(component =>
		stringOf(membersOf(component).get('Name')),
	);
	if (names.includes(podman)) {
		throw new ConnectionError(docker.address, {
			reason: `it is Podman ${version}, and mstage builds with Docker's builders only`,
			next: 'Name a Docker engine with --host or --docker-context.',
		});
	}

	if (version === '') {
		throw new ConnectionError(docker.address, noDocker);
	}

	return {
		version: version.split('+', 1)[0]!,
		platform: `${stringOf(answer.get('Os'))}/${stringOf(answer.get('Arch'))}`,
	};
}
