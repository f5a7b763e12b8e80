import {elementsOf, membersOf, stringOf} from '../json-value.js';
import type {DockerConnection} from './connection.js';
import {isOwnerGone, ownLabel} from './owner.js';

/** How many of each were removed. */
export type Removed = {readonly containers: number; readonly images: number};

/**
Removes from an engine what processes of mstage left there that were killed: containers and images of the legacy builder's
sessions. What BuildKit did for one it drops by itself.

@returns What was removed.
@throws {ConnectionError} The engine doesn't answer.
*/
export async function removeLeftBehind(
	docker: DockerConnection,
): Promise<Removed> {
	const containers = await removeAll(docker, '/containers', '?force=1&v=1');
	return {containers, images: await removeAll(docker, '/images', '')};
}

async function removeAll(
	docker: DockerConnection,
	kind: '/containers' | '/images',
	options: string,
): Promise<number> {
	const filters = encodeURIComponent(JSON.stringify({label: [ownLabel]}));
	const found = elementsOf(
		await docker.get(`${kind}/json?all=1&filters=${filters}`),
	);
	let count = 0;
	// The newest come first: an image that another one was made from can't be removed.
	for (const entry of found) {
		const members = membersOf(entry);
		const label = stringOf(membersOf(members.get('Labels')).get(ownLabel));
		if (isOwnerGone(label)) {
			// eslint-disable-next-line no-await-in-loop -- in this order
			count += (await docker.remove(
				`${kind}/${stringOf(members.get('Id'))}${options}`,
			))
				? 1
				: 0;
		}
	}

	return count;
}
