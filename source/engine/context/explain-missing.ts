import {lstat, readdir, readlink, realpath, stat} from 'node:fs/promises';
import {basename, dirname, join, posix, relative, resolve} from 'node:path';
import type {MissingSource, Step} from '../port.js';
import {lookalikeWords} from '../lookalike-words.js';
import {describeMissing} from '../missing-source.js';
import type {IgnoringRequest} from './context-listing.js';
import {findExcluded} from './ignore-lines.js';

/** What is told of a source that isn't in the build context. */
export type MissingWords = {
	readonly message: string;

	/** Left out where there is nothing better than the usual. */
	readonly advice?: string;

	/** Whether a name beside it may be the one that was meant: no other reason is known. */
	readonly isTypo?: boolean;
};

/** How far above the context, and how many folders and names in it, are looked through. */
const mostFoldersUp = 3;
const mostFolders = 2000;
const mostFound = 3;

const wildcard = /[*?\[\\]/v;

/**
Finds out why a source isn't in the build context, from what is on the disk.

@param step - The COPY or ADD that failed.
@param found - What it looked for there.
@returns Why, as far as it can be seen, and what can be done about it.
*/
export async function explainMissingInContext(
	step: Pick<Step, 'text' | 'lines'>,
	found: Omit<MissingSource, 'point'>,
	request: IgnoringRequest,
): Promise<MissingWords> {
	const lookalike = lookalikeWords(step, null);
	if (lookalike) {
		return lookalike;
	}

	const {text} = step;
	const {wanted} = found;
	return (
		(await byIgnoreFile(request, wanted)) ??
		(await byLink(request, wanted)) ??
		(await byWayOut(request, writtenAs(text, wanted), wanted)) ??
		(await elsewhere(request, found)) ?? {
			message: describeMissing(found, 'the build context'),
			isTypo: true,
		}
	);
}

async function byIgnoreFile(
	request: IgnoringRequest,
	wanted: string,
): Promise<MissingWords | null> {
	const excluded = await findExcluded(request, wanted);
	return (
		excluded && {
			message: `${excluded.file}:${excluded.line} (${excluded.pattern}) keeps ${excluded.path} out of the build context.`,
			advice: `Add !${excluded.path} as the last line of ${excluded.file}, and reload.`,
		}
	);
}

/**
A link is sent as a link, and followed inside of the context only.

@param wanted - A path in the context.
@returns What to tell when a link on the way leads out of the context, or nowhere; `null` when none does.
*/
export async function byLink(
	{context}: IgnoringRequest,
	wanted: string,
): Promise<MissingWords | null> {
	const parts = wanted.split('/');
	for (const index of parts.keys()) {
		const path = parts.slice(0, index + 1).join('/');
		const place = join(context, path);
		// eslint-disable-next-line no-await-in-loop -- down the path
		const status = await lstat(place).catch(() => null);
		if (!status) {
			return null;
		}

		if (status.isSymbolicLink()) {
			// eslint-disable-next-line no-await-in-loop
			const target = await readlink(place);
			// eslint-disable-next-line no-await-in-loop
			const [real, root] = await Promise.all([
				realpath(place).catch(() => null),
				realpath(context),
			]);
			if (real === null) {
				return {
					message: `${path} in the build context is a link to ${target}, which isn't there.`,
					advice: 'Correct the link, or copy what it should lead to.',
				};
			}

			if (!isInside(root, real)) {
				return {
					message: `${path} in the build context is a link to ${target}, which leads out of the context: the engine gets the link alone.`,
					advice: `Put what it leads to into the context, in place of the link: ${real} is outside.`,
				};
			}
		}
	}

	return null;
}

/**
`..` at the root stays at the root, and a leading slash is the root of the context (moby/buildkit
frontend/dockerfile/dockerfile2llb, `dispatchCopy`).
*/
async function byWayOut(
	{context, dockerfile}: IgnoringRequest,
	written: string | undefined,
	wanted: string,
): Promise<MissingWords | null> {
	if (written === undefined || wildcard.test(written)) {
		return null;
	}

	if (written.startsWith('/')) {
		const isThere = await exists(written);
		return isThere && !isInside(context, written)
			? {
					message: `${written} is looked for in the build context, whose root / is: it has no ${wanted}. The ${written} of this machine is outside of it.`,
					advice: 'Copy it into the context, and name it from there.',
				}
			: null;
	}

	if (!posix.normalize(written).startsWith('..')) {
		return null;
	}

	const outside = resolve(context, written);
	const isThere = await exists(outside);
	return {
		message: `${written} leads out of the build context: ${
			dockerfile === null
				? 'the legacy builder refuses that'
				: `it is cut to ${wanted}, which isn't there`
		}.${isThere ? ` On this machine, ${outside} is there, outside of the context.` : ''}`,
		advice: isThere
			? `Copy it into the context, or take ${commonFolder(context, outside)} as the context, where it is ${relative(commonFolder(context, outside), outside)}.`
			: 'Name something in the context.',
	};
}

/** The path is there, but from another folder than the context. */
async function elsewhere(
	{context}: IgnoringRequest,
	found: Omit<MissingSource, 'point'>,
): Promise<MissingWords | null> {
	const {wanted} = found;
	if (wildcard.test(wanted) || wanted === '') {
		return null;
	}

	const message = describeMissing(found, 'the build context').replace(
		/\.$/v,
		'',
	);
	let folder = context;
	for (let up = 1; up <= mostFoldersUp; up++) {
		folder = dirname(folder);
		// eslint-disable-next-line no-await-in-loop -- the nearest first
		if (folder !== dirname(folder) && (await exists(join(folder, wanted)))) {
			return {
				message: `${message}. It is in ${folder}, ${up === 1 ? 'one folder' : `${up} folders`} above the context.`,
				advice: `Take ${folder} as the context, if the paths of the other instructions start there too.`,
			};
		}
	}

	const inside = await findByName(context, basename(wanted));
	const better = inside.filter(path => `/${path}`.endsWith(`/${wanted}`));
	const told = better.length > 0 ? better : inside;
	return told.length === 0
		? null
		: {
				isTypo: true,
				message: `${message}. ${told.join(', ')} ${told.length === 1 ? 'is' : 'are'} there.`,
				...(told.length === 1 && {
					advice: `Did you mean ${told[0]!}? Correct the path, and reload.`,
				}),
			};
}

/** The paths in the context that end in the name, breadth first. */
async function findByName(
	context: string,
	name: string,
): Promise<readonly string[]> {
	const found: string[] = [];
	const folders = [''];
	for (const [index, folder] of folders.entries()) {
		if (index >= mostFolders || found.length >= mostFound) {
			break;
		}

		// eslint-disable-next-line no-await-in-loop -- breadth first
		const entries = await readdir(join(context, folder), {
			withFileTypes: true,
		}).catch(() => []);
		for (const entry of entries) {
			const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
			if (entry.name === name) {
				found.push(path);
			}

			if (
				entry.isDirectory() &&
				!['.git', 'node_modules'].includes(entry.name)
			) {
				folders.push(path);
			}
		}
	}

	return found.slice(0, mostFound);
}

/** How the source stands in the instruction: the word that means the path when it is cut at the context's root. */
function writtenAs(text: string, wanted: string): string | undefined {
	const words =
		text
			.match(/"(?:\\.|[^"\\])*"|[^\s,\[\]]+/gv)
			?.map(word => (word.startsWith('"') ? word.slice(1, -1) : word)) ?? [];
	return words
		.slice(1, -1)
		.filter(word => !word.startsWith('--'))
		.find(
			word => posix.normalize(`/${word}`) === posix.normalize(`/${wanted}`),
		);
}

function commonFolder(context: string, other: string): string {
	let folder = context;
	while (!isInside(folder, other)) {
		folder = dirname(folder);
	}

	return folder;
}

function isInside(folder: string, path: string): boolean {
	const way = relative(folder, path);
	return way === '' || (!way.startsWith('../') && way !== '..');
}

async function exists(path: string): Promise<boolean> {
	return stat(path).then(
		() => true,
		() => false,
	);
}
