import {elementsOf, membersOf, stringOf} from '../json-value.js';
import type {DockerConnection} from './connection.js';
import {isOwnerGone, ownLabel, ownerOfName} from './owner.js';

/** How many of each were removed. */
export type Removed = {readonly containers: number; readonly images: number};

/** What there is, by its ids. */
type Found = {
	readonly containers: readonly string[];
	readonly images: readonly string[];
};

/**
Removes from an engine what processes of mstage left there that were killed: containers and images of the legacy builder's
sessions. What BuildKit did for one it drops by itself.

@returns What was removed.
@throws {ConnectionError} The engine doesn't answer.
*/
export async function removeLeftBehind(
	docker: DockerConnection,
): Promise<Removed> {
	return remove(docker, await find(docker));
}

/** Removes it beside a session, which waits for none of it before its end. */
export class Cleaning {
	readonly #docker: DockerConnection;
	#removing: Promise<unknown> | undefined;
	#hasBegun = false;

	constructor(docker: DockerConnection) {
		this.#docker = docker;
	}

	/** Once: what is left behind later, the next session finds, and what can't be removed now. Never fails. */
	begin(): void {
		if (!this.#hasBegun) {
			this.#hasBegun = true;
			this.#clean().catch(() => undefined);
		}
	}

	/** Waits for what is being removed, but not for a long list of what there is. Never fails. */
	async end(): Promise<void> {
		await Promise.allSettled([this.#removing]);
	}

	async #clean(): Promise<void> {
		const found = await find(this.#docker);
		this.#removing = remove(this.#docker, found);
		await this.#removing;
	}
}

async function find(docker: DockerConnection): Promise<Found> {
	const [labelled, named, images] = await Promise.all([
		list(docker, '/containers', 'label'),
		list(docker, '/containers', 'name'),
		list(docker, '/images', 'label'),
	]);
	return {containers: [...labelled, ...named], images};
}

async function list(
	docker: DockerConnection,
	kind: '/containers' | '/images',
	filter: 'label' | 'name',
): Promise<readonly string[]> {
	const filters = encodeURIComponent(JSON.stringify({[filter]: [ownLabel]}));
	const rows = elementsOf(
		await docker.get(`${kind}/json?all=1&filters=${filters}`),
	);
	return rows
		.map(row => membersOf(row))
		.filter(row => isOwnerGone(labelOf(row)))
		.map(row => stringOf(row.get('Id')));
}

function labelOf(row: ReadonlyMap<string, unknown>): string {
	const [name] = elementsOf(row.get('Names'));
	return (
		stringOf(membersOf(row.get('Labels')).get(ownLabel)) ||
		// The engine begins each with a slash.
		ownerOfName(stringOf(name).slice(1))
	);
}

async function remove(
	docker: DockerConnection,
	{containers, images}: Found,
): Promise<Removed> {
	return {
		containers: await removeAll(docker, '/containers', containers),
		images: await removeAll(docker, '/images', images),
	};
}

const optionsOf = {'/containers': '?force=1&v=1', '/images': ''} as const;

/** The newest come first, and are removed first: an image that another one was made from can't be removed. */
async function removeAll(
	docker: DockerConnection,
	kind: keyof typeof optionsOf,
	ids: readonly string[],
): Promise<number> {
	let count = 0;
	for (const id of ids) {
		// eslint-disable-next-line no-await-in-loop -- in this order
		count += (await docker.remove(`${kind}/${id}${optionsOf[kind]}`)) ? 1 : 0;
	}

	return count;
}
