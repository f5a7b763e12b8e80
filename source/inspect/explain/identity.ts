/* eslint-disable no-bitwise -- modes are bit fields */
import type {Identity, Place} from '../../debugger/machine/explanation.js';

/** Of `/etc/passwd` and `/etc/group`, or `null` where there is no such file. */
export type Accounts = {
	readonly passwd: string | null;
	readonly group: string | null;
};

/** What one may want to do with something, as the bits of a mode have it. */
export const permissions = {read: 4, write: 2, execute: 1} as const;

/** A name that nothing of the accounts has. */
export type Unknown = {
	readonly kind: 'unknown-user' | 'unknown-group';
	readonly name: string;
	readonly hasFile: boolean;

	/** The names that there are. */
	readonly names: readonly string[];
};

/**
Finds out who a process runs as, as runc's users do it (opencontainers/runc libcontainer/user, `GetExecUser`).

@param user - As USER has it: `dev`, `1000`, `dev:staff`; empty for root.
@returns Who that is, or which name isn't known.
*/
export function identify(user: string, accounts: Accounts): Identity | Unknown {
	const [userName = '', groupName = ''] = user.split(':');
	const wanted = userName === '' ? '0' : userName;
	const known = peopleIn(accounts.passwd).find(
		({name, uid}) => name === wanted || uid === wanted,
	);
	if (!known && !isNumber(wanted)) {
		return unknown('unknown-user', wanted, accounts.passwd);
	}

	const uid = Number(known?.uid ?? wanted);
	const name = known?.name ?? (uid === 0 ? 'root' : null);
	const groups = groupsIn(accounts.group);
	if (groupName === '') {
		const gid = Number(known?.gid ?? 0);
		const others = groups
			.filter(({members}) => name !== null && members.includes(name))
			.map(group => Number(group.gid));
		return {name, uid, gid, groups: [...new Set([gid, ...others])]};
	}

	const group = groups.find(
		other => other.name === groupName || other.gid === groupName,
	);
	if (!group && !isNumber(groupName)) {
		return unknown('unknown-group', groupName, accounts.group);
	}

	const gid = Number(group?.gid ?? groupName);
	return {name, uid, gid, groups: [gid]};
}

/**
@param wanted - Bits of `permissions`.
@returns Whether the kernel lets somebody do that with something (path_resolution(7); root has the capabilities that containers have by default).
*/
export function may(
	{uid, groups}: Identity,
	place: Pick<Place, 'mode' | 'uid' | 'gid' | 'isDirectory'>,
	wanted: number,
): boolean {
	const {mode} = place;
	if (uid === 0) {
		return (
			(wanted & permissions.execute) === 0 ||
			place.isDirectory ||
			(mode & 0o111) !== 0
		);
	}

	const bits =
		uid === place.uid
			? mode >> 6
			: groups.includes(place.gid)
				? mode >> 3
				: mode;
	return (bits & wanted) === wanted;
}

/** Fields of passwd(5). */
function peopleIn(
	text: string | null,
): ReadonlyArray<Readonly<Record<'name' | 'uid' | 'gid', string>>> {
	return rowsOf(text).map(fields => ({
		name: fields[0] ?? '',
		uid: fields[2] ?? '',
		gid: fields[3] ?? '',
	}));
}

/** Fields of group(5). */
function groupsIn(text: string | null): ReadonlyArray<{
	readonly name: string;
	readonly gid: string;
	readonly members: readonly string[];
}> {
	return rowsOf(text).map(fields => ({
		name: fields[0] ?? '',
		gid: fields[2] ?? '',
		members: (fields[3] ?? '').split(','),
	}));
}

function rowsOf(text: string | null): ReadonlyArray<readonly string[]> {
	return (text ?? '')
		.split('\n')
		.map(line => line.trim())
		.filter(line => line !== '' && !line.startsWith('#'))
		.map(line => line.split(':'));
}

function unknown(
	kind: Unknown['kind'],
	name: string,
	file: string | null,
): Unknown {
	return {
		kind,
		name,
		hasFile: file !== null,
		names: rowsOf(file).map(([known = '']) => known),
	};
}

function isNumber(text: string): boolean {
	return /^\d+$/v.test(text);
}
