import {capabilityAttribute} from '../tree/capabilities.js';
import type {Entry} from '../tree/entry.js';
import type {Aspect} from './change.js';

/** What the metadata of one path on both sides says. */
export type Verdict = {
	/** What certainly differs, apart from the time. */
	readonly aspects: readonly Aspect[];

	/** Whether the modification times differ for certain. */
	readonly isTimeDifferent: boolean;

	/** What is known of the contents: only reading both tells when they are in doubt. */
	readonly contents: 'same' | 'different' | 'in doubt';
};

const nanosecondsPerSecond = 1_000_000_000n;

/**
Compares two entries of one path by their metadata. Files of one size and time are taken for the same, as rsync does; of
two times that are equal in seconds, one of which has no fraction, nobody knows: archives cut fractions off.

@param compareEverything - Whether the contents of files of one size are always in doubt.
*/
export function compareEntries(
	from: Entry,
	to: Entry,
	compareEverything: boolean,
): Verdict {
	if (from.kind !== to.kind) {
		return {aspects: ['type'], isTimeDifferent: false, contents: 'same'};
	}

	const time = compareTimes(from.modified, to.modified);
	return {
		aspects: differingAspects(from, to),
		isTimeDifferent: time === 'different',
		contents: compareContents(from, to, time === 'same' && !compareEverything),
	};
}

function differingAspects(from: Entry, to: Entry): readonly Aspect[] {
	const aspects: Aspect[] = [];
	// Linux ignores the mode of a symbolic link, and tools write what they like (symlink(7)).
	if (from.mode !== to.mode && from.kind !== 'symlink') {
		aspects.push('mode');
	}

	if (from.uid !== to.uid || from.gid !== to.gid) {
		aspects.push('owner');
	}

	if (from.linkTarget !== to.linkTarget) {
		aspects.push('link target');
	}

	if (
		from.device?.major !== to.device?.major ||
		from.device?.minor !== to.device?.minor
	) {
		aspects.push('device');
	}

	aspects.push(...differingAttributes(from.xattrs, to.xattrs));
	return aspects;
}

function compareContents(
	from: Entry,
	to: Entry,
	isTrusted: boolean,
): Verdict['contents'] {
	if (from.kind !== 'file') {
		return 'same';
	}

	if (from.hardLinkTo !== null || to.hardLinkTo !== null) {
		// Only the first name of a file has its size.
		return 'in doubt';
	}

	if (from.size !== to.size) {
		return 'different';
	}

	return isTrusted || from.size === 0 ? 'same' : 'in doubt';
}

function compareTimes(
	from: bigint,
	to: bigint,
): 'same' | 'maybe the same' | 'different' {
	if (from === to) {
		return 'same';
	}

	const hasNoFraction =
		from % nanosecondsPerSecond === 0n || to % nanosecondsPerSecond === 0n;
	return hasNoFraction &&
		from / nanosecondsPerSecond === to / nanosecondsPerSecond
		? 'maybe the same'
		: 'different';
}

function differingAttributes(
	from: Entry['xattrs'],
	to: Entry['xattrs'],
): readonly Aspect[] {
	if (from.size === 0 && to.size === 0) {
		return [];
	}

	const names = [...new Set([...from.keys(), ...to.keys()])].filter(
		name => !areEqual(from.get(name), to.get(name)),
	);
	return [
		...(names.some(name => name !== capabilityAttribute)
			? (['xattrs'] as const)
			: []),
		...(names.includes(capabilityAttribute) ? (['capabilities'] as const) : []),
	];
}

function areEqual(
	a: Uint8Array | undefined,
	b: Uint8Array | undefined,
): boolean {
	return (
		a?.length === b?.length &&
		(a === undefined || a.every((byte, index) => byte === b![index]))
	);
}
