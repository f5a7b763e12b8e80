import {type BytePath, asBytePath} from '../../../text/byte-path.js';
import type {LegacyDocker} from '../client/docker.js';

/** What the engine adds to each container where the image has nothing of the name (moby/moby daemon/initlayer/setup_unix.go). */
const added = [
	'.dockerenv',
	'dev/console',
	'dev/pts',
	'dev/shm',
	'etc/hostname',
	'etc/hosts',
	'etc/mtab',
	'etc/resolv.conf',
	'proc',
	'sys',
];

/** The directories that it makes for them. */
const parents = ['dev', 'etc'];

/**
Tells what the engine has added to a container from what is the image's own: that is as old in every container of the image,
while what was added is as old as the container.

@param container - A container of the image, not started.
@param hasDirectory - Asks the image's own layers, which takes longer: for a directory whose time has changed because
something was added in it.
*/
export async function findArtefacts(
	docker: LegacyDocker,
	container: string,
	image: string,
	hasDirectory: (path: string) => Promise<boolean>,
): Promise<ReadonlySet<BytePath>> {
	const other = await docker.createContainer({Image: image, Cmd: ['none']});
	try {
		const differs = async (path: string): Promise<boolean> => {
			const [mine, its] = await Promise.all(
				[container, other].map(async id => docker.modified(id, `/${path}`)),
			);
			return mine !== its;
		};

		const found = await Promise.all([
			...added.map(async path => ({path, is: await differs(path)})),
			...parents.map(async path => ({
				path,
				is: (await differs(path)) && !(await hasDirectory(path)),
			})),
		]);
		return new Set(
			found.filter(({is}) => is).map(({path}) => asBytePath(path)),
		);
	} finally {
		await docker.removeContainer(other);
	}
}
