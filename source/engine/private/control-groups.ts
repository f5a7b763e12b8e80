import {readdir, rmdir} from 'node:fs/promises';
import path from 'node:path';

/**
Removes the control groups of an engine whose processes have ended. Version 1 has a hierarchy per controller, version 2 a
single one (cgroups(7)).

@param name - What the engine was given as `--cgroup-parent`, without a slash.
*/
export async function removeControlGroups(name: string): Promise<void> {
	const root = '/sys/fs/cgroup';
	const entries = await readdir(root).catch(() => []);
	await Promise.all(
		[root, ...entries.map(entry => path.join(root, entry))].map(
			async hierarchy => removeGroup(path.join(hierarchy, name)),
		),
	);
}

async function removeGroup(folder: string): Promise<void> {
	const entries = await readdir(folder, {withFileTypes: true}).catch(() => []);
	await Promise.all(
		entries
			.filter(entry => entry.isDirectory())
			.map(async entry => removeGroup(path.join(folder, entry.name))),
	);
	await rmdir(folder).catch(() => undefined);
}
