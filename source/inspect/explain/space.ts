import type {Cause} from '../../debugger/machine/explanation.js';
import {absolute, nearestFolder} from './look.js';
import {mountAt} from './mounts.js';
import type {Setting} from './setting.js';

/**
@param path - That there was no space for, from the root; `null` where the command named none.
@returns Which filesystem that is in, and how full it is; `null` where nothing there tells.
*/
export async function explainSpace(
	setting: Setting,
	path: string | null,
): Promise<Cause | null> {
	const {look, mounts, spaceInContainer} = setting;
	const mount = path === null ? undefined : mountAt(mounts, path);
	const resolved =
		path === null || mount || /^\/(?:dev|proc|sys|run)\//v.test(path)
			? null
			: await look.resolve(path);
	// What wasn't written isn't there: its folder is.
	const folder =
		resolved?.kind === 'missing'
			? await nearestFolder(look, resolved.path)
			: null;
	const there = folder ? absolute(folder.path) : (path ?? '/');
	// These are folders of the engine's own disk, though mounted.
	const isOfEngine = mount?.type === 'cache' || mount?.type === 'bind';
	const space =
		(await spaceInContainer(isOfEngine ? '/' : there)) ??
		(await spaceInContainer(there.replace(/\/[^\/]*$/v, '') || '/'));
	return (
		space && {kind: 'no-space', path, ...space, limit: mount?.size ?? null}
	);
}
