import {elementsOf, membersOf, stringOf} from '../json-value.js';
import type {DockerConnection} from './connection.js';
import {isOwnerGone, ownLabel, ownerOfName} from './owner.js';

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
	const options = '?force=1&v=1';
	const containers =
		(await removeAll(docker, '/containers', {
			filters: {label: [ownLabel]},
			options,
		})) +
		(await removeAll(docker, '/containers', {
			filters: {name: [`^/${ownLabel}`]},
			options,
		}));
	const images = await removeAll(docker, '/images', {
		filters: {label: [ownLabel]},
		options: '',
	});
	return {containers, images};
}

async function removeAll(
	docker: DockerConnection,
	kind: '/containers' | '/images',
	{
		filters,
		options,
	}: {
		readonly filters: Readonly<Record<string, readonly string[]>>;
		readonly options: string;
	},
): Promise<number> {
	const query = encodeURIComponent(JSON.stringify(filters));
	const found = elementsOf(
		await docker.get(`${kind}/json?all=1&filters=${query}`),
	);
	let count = 0;
	// The newest come first: an image that another one was made from can't be removed.
	for (const entry of found) {
		const members = membersOf(entry);
		if (isOwnerGone(ownerOf(members))) {
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

function ownerOf(members: ReadonlyMap<string, unknown>): string {
	const [name] = elementsOf(members.get('Names'));
	return (
		stringOf(membersOf(members.get('Labels')).get(ownLabel)) ||
		// The engine begins each with a slash.
		ownerOfName(stringOf(name).slice(1))
	);
}
