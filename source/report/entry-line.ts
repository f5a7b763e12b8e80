import {Buffer} from 'node:buffer';
import {capabilitiesText} from '../filesystem/tree/capabilities.js';
import {nameOf} from '../filesystem/tree/paths.js';
import type {Entry} from '../filesystem/tree/entry.js';
import {modeText} from '../filesystem/tree/mode-text.js';
import {type BytePath, textOf, readableOf} from '../text/byte-path.js';
import {safeJson} from '../text/safe-json.js';

/** @returns A listing as it is printed, for people or as one JSON array. */
export function listingText(entries: readonly Entry[], json: boolean): string {
	const lines = json
		? [safeJson(entries.map(entry => entryJson(entry)))]
		: entryLines(entries);
	return lines.map(line => `${line}\n`).join('');
}

/**
@param entries - What is to be listed.
@returns A line for each, as `ls -l` shows it, in columns; names are safe to print.
*/
export function entryLines(entries: readonly Entry[]): readonly string[] {
	const owners = entries.map(({uid, gid}) => `${uid}:${gid}`);
	const sizes = entries.map(({size, device}) =>
		device ? `${device.major},${device.minor}` : String(size),
	);
	const ownerWidth = Math.max(...owners.map(text => text.length));
	const sizeWidth = Math.max(...sizes.map(text => text.length));
	return entries.map((entry, index) => {
		const capabilities = capabilitiesText(entry.xattrs);
		return [
			modeText(entry),
			owners[index]!.padEnd(ownerWidth),
			sizes[index]!.padStart(sizeWidth),
			timeText(entry.modified),
			nameText(entry),
			...(capabilities ? [capabilities] : []),
		].join('  ');
	});
}

/**
@returns An entry as JSON. A byte of a name that is no UTF-8 is a lone surrogate (U+DC80 to U+DCFF); extended attributes
are in Base64.
*/
export function entryJson(entry: Entry): Record<string, unknown> {
	return {
		path: `/${textOf(entry.path)}`,
		kind: entry.kind,
		mode: entry.mode.toString(8).padStart(4, '0'),
		uid: entry.uid,
		gid: entry.gid,
		size: entry.size,
		modified: isoText(entry.modified),
		linkTarget: optionalText(entry.linkTarget),
		hardLinkTo: entry.hardLinkTo && `/${textOf(entry.hardLinkTo)}`,
		device: entry.device,
		xattrs: xattrsJson(entry),
		capabilities: capabilitiesText(entry.xattrs),
	};
}

/** @returns Extended attributes as JSON: their values in Base64. */
export function xattrsJson({xattrs}: Entry): Readonly<Record<string, string>> {
	return Object.fromEntries(
		[...xattrs].map(([name, value]) => [
			name,
			Buffer.from(value).toString('base64'),
		]),
	);
}

function optionalText(path: BytePath | null): string | null {
	return path === null ? null : textOf(path);
}

function timeText(modified: bigint): string {
	return isoText(modified).slice(0, 16).replace('T', ' ');
}

function isoText(modified: bigint): string {
	return new Date(Number(modified / 1_000_000n)).toISOString();
}

function nameText({path, kind, linkTarget, hardLinkTo}: Entry): string {
	const name = readableOf(nameOf(path));
	if (linkTarget !== null) {
		return `${name} -> ${readableOf(linkTarget)}`;
	}

	return hardLinkTo === null
		? name + (kind === 'directory' ? '/' : '')
		: `${name} = /${readableOf(hardLinkTo)}`;
}
