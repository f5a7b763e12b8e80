import type {
	Cause,
	MountPlace,
	Place,
} from '../../debugger/machine/explanation.js';
import {parentOf} from '../../filesystem/tree/paths.js';
import {may, permissions} from './identity.js';
import {nearestFolder} from './look.js';
import {mountAt, type RunMount} from './mounts.js';
import {closedFolder, fullPath, placeOf, type Setting} from './setting.js';

/**
@param path - As a command named it, which wasn't allowed something there.
@param directory - The folder that it counts from.
@param isRemoval - Whether it was to be removed or moved away.
@returns What forbids it; `null` where the files allow it, or it isn't theirs to say.
*/
export async function explainDenied(
	setting: Setting,
	path: string,
	directory: string,
	isRemoval = false,
): Promise<Cause | null> {
	const {look, identity, mounts} = setting;
	const full = fullPath(path, directory);
	const mount = mountAt(mounts, full);
	if (mount) {
		return explainInMount(setting, full, mount);
	}

	const resolved = await look.resolve(full);
	const reached = resolved.kind === 'loop' ? resolved.link : resolved.path;
	const closed = await closedFolder(setting, reached);
	if (closed) {
		return {kind: 'closed-folder', path: full, folder: closed, user: identity};
	}

	const found = resolved.kind === 'found' ? resolved.entry : null;
	const isWhole = permissions.read + permissions.write;
	if (!isRemoval && found && !may(identity, placeOf(found), isWhole)) {
		return {
			kind: 'denied',
			path: full,
			place: placeOf(found),
			user: identity,
			mount: null,
		};
	}

	// What is made, renamed or removed changes the folder that it is in.
	const folder = found
		? ((await look.entry(parentOf(reached))) ??
			(await nearestFolder(look, reached)))
		: await nearestFolder(look, reached);
	const place = placeOf(folder);
	return may(identity, place, permissions.write + permissions.execute)
		? null
		: {kind: 'denied', path: full, place, user: identity, mount: null};
}

/**
@param isRemoval - Whether it was to be removed or moved away.
@returns Why only somebody else may change something: its owner, or root.
*/
export async function explainNotOwner(
	{look, identity}: Setting,
	path: string,
	directory: string,
	isRemoval: boolean,
): Promise<Cause | null> {
	const resolved = await look.resolve(fullPath(path, directory));
	const found = resolved.kind === 'found' ? resolved.entry : null;
	if (!found || identity.uid === 0) {
		return null;
	}

	if (!isRemoval) {
		return {kind: 'not-owner', place: placeOf(found), user: identity};
	}

	const folder = await look.entry(parentOf(found.path));
	return folder && hasStickyBit(folder.mode)
		? {
				kind: 'sticky-folder',
				place: placeOf(found),
				folder: placeOf(folder),
				user: identity,
			}
		: null;
}

/** In such a folder only the owner of a file, its own, or root removes it (inode(7), `S_ISVTX`). */
function hasStickyBit(mode: number): boolean {
	// eslint-disable-next-line no-bitwise -- a mode is a bit field
	return (mode & 0o1000) !== 0;
}

/** @returns The mount that can't be written to, if the path is in one. */
export async function explainReadOnly(
	setting: Setting,
	path: string,
	directory: string,
): Promise<Cause | null> {
	const full = fullPath(path, directory);
	const mount = mountAt(setting.mounts, full);
	return mount?.isReadonly
		? {
				kind: 'read-only-mount',
				path: full,
				mount: {type: mount.type, target: mount.target, place: null},
			}
		: null;
}

async function explainInMount(
	setting: Setting,
	path: string,
	mount: RunMount,
): Promise<Cause | null> {
	const {identity} = setting;
	const seen = await setting.placeInContainer(mount.target);
	const made: Place | null = seen ?? placeOfNewCache(mount);
	if (!made || may(identity, made, permissions.write + permissions.execute)) {
		return null;
	}

	const told: MountPlace = {
		type: mount.type,
		target: mount.target,
		place: seen,
	};
	return {kind: 'denied', path, place: made, user: identity, mount: told};
}

/** What BuildKit makes the folder of a cache mount with (its documentation of RUN --mount=type=cache). */
function placeOfNewCache({
	type,
	target,
	uid,
	gid,
	mode,
}: RunMount): Place | null {
	const isPlain = [uid, gid, mode].every(
		value => value === null || /^\d+$/v.test(value),
	);
	return type === 'cache' && isPlain
		? {
				path: target,
				isDirectory: true,
				mode: Number.parseInt(mode ?? '755', 8),
				uid: Number(uid ?? 0),
				gid: Number(gid ?? 0),
			}
		: null;
}
