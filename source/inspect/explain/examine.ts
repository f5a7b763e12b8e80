import {posix} from 'node:path';
import type {Cause, Libc} from '../../debugger/machine/explanation.js';
import type {Entry} from '../../filesystem/tree/entry.js';
import {programOfEnv} from '../../filesystem/programs/shebang.js';
import {may, permissions} from './identity.js';
import {danglingLink} from './missing.js';
import {type ProgramFile, readProgram} from './program-file.js';
import {
	closedFolder,
	fullPath,
	placeOf,
	searchedFolders,
	type Setting,
} from './setting.js';

/** How a program was started. */
export type Start = {
	/** As it was named. */
	readonly program: string;

	/** The folder that a relative path counts from. */
	readonly directory: string;

	/** Whether it was started without a shell, which runs what has no `#!` itself. */
	readonly isDirect: boolean;
};

/** What came of looking at a program. */
export type Examined =
	| {readonly kind: 'cause'; readonly cause: Cause}
	/** Nothing of that name is where it was looked for. */
	| {readonly kind: 'missing'; readonly path: string | null}
	/** Nothing is wrong with it as far as it was looked at. */
	| {readonly kind: 'fine'; readonly entry: Entry};

/** How many `#!` lines lead from one script to the next in Linux (fs/exec.c). */
const deepest = 5;

/** Other processors whose programs a processor runs too. */
const alsoRun: Readonly<Record<string, readonly string[]>> = {
	amd64: ['386'],
	arm64: ['arm'],
};

/** @returns Why a program can't be started, as far as its files tell. */
export async function examine(
	setting: Setting,
	start: Start,
	depth = 0,
): Promise<Examined> {
	const {program, directory} = start;
	return program.includes('/')
		? examineAt(setting, fullPath(program, directory), start, depth)
		: examineNamed(setting, start, depth);
}

/** Shells, env and runc take the first of PATH that can be executed, or else the first. */
async function examineNamed(
	setting: Setting,
	start: Start,
	depth: number,
): Promise<Examined> {
	const found: string[] = [];
	for (const folder of searchedFolders(setting)) {
		const path = posix.join('/', folder, start.program);
		// eslint-disable-next-line no-await-in-loop -- the first one counts
		const entry = await setting.look.find(path);
		if (entry && entry.kind !== 'directory') {
			if (may(setting.identity, placeOf(entry), permissions.execute)) {
				return examineAt(setting, path, start, depth);
			}

			found.push(path);
		}
	}

	return found[0] === undefined
		? {kind: 'missing', path: null}
		: examineAt(setting, found[0], start, depth);
}

async function examineAt(
	setting: Setting,
	path: string,
	start: Start,
	depth: number,
): Promise<Examined> {
	const {look, identity} = setting;
	const resolved = await look.resolve(path);
	const reached = resolved.kind === 'loop' ? resolved.link : resolved.path;
	const closed = await closedFolder(setting, reached);
	if (closed) {
		return cause({
			kind: 'closed-folder',
			path,
			folder: closed,
			user: identity,
		});
	}

	if (resolved.kind !== 'found' || !resolved.entry) {
		const dangling = await danglingLink(setting, path, resolved);
		return dangling ? cause(dangling) : {kind: 'missing', path};
	}

	const {entry} = resolved;
	if (entry.kind === 'directory') {
		return cause({kind: 'folder-started', path});
	}

	const place = placeOf(entry);
	if (!may(identity, place, permissions.execute)) {
		return cause({
			kind: 'not-executable',
			program: {...place, path},
			user: identity,
		});
	}

	return entry.kind === 'file'
		? examineFile(setting, {path, entry}, start, depth)
		: {kind: 'fine', entry};
}

async function examineFile(
	setting: Setting,
	{path, entry}: {readonly path: string; readonly entry: Entry},
	start: Start,
	depth: number,
): Promise<Examined> {
	const file = await readProgram(setting.look, entry.path);
	switch (file.kind) {
		case 'program': {
			return examineElf(setting, {path, entry}, file);
		}

		case 'script': {
			return depth >= deepest
				? {kind: 'fine', entry}
				: examineScript(setting, {path}, file, {...start, depth});
		}

		case 'neither': {
			return start.isDirect
				? cause({
						kind: 'no-format',
						program: path,
						isEmpty: file.isEmpty,
						isShifted: file.isShifted,
					})
				: {kind: 'fine', entry};
		}
	}
}

async function examineElf(
	setting: Setting,
	{path, entry}: {readonly path: string; readonly entry: Entry},
	{architecture, loader}: Extract<ProgramFile, {kind: 'program'}>,
): Promise<Examined> {
	const {look, platform} = setting;
	const own = platform.split('/')[1] ?? '';
	if (
		architecture !== null &&
		architecture !== own &&
		!alsoRun[own]?.includes(architecture)
	) {
		return cause({
			kind: 'wrong-architecture',
			program: path,
			architecture,
			platform,
		});
	}

	if (loader !== null && !(await look.find(loader))) {
		return cause({
			kind: 'missing-loader',
			program: path,
			loader,
			libc: libcOf(loader),
			has: await libcIn(setting),
			installer: (await look.find('/sbin/apk'))
				? 'apk'
				: (await look.find('/usr/bin/apt-get'))
					? 'apt-get'
					: null,
		});
	}

	return {kind: 'fine', entry};
}

async function examineScript(
	setting: Setting,
	{path}: {readonly path: string},
	{interpreter, argument}: Extract<ProgramFile, {kind: 'script'}>,
	{directory, depth}: Start & {readonly depth: number},
): Promise<Examined> {
	const next = async (program: string): Promise<Examined> => {
		const name = program.replace(/\r$/v, '');
		const hasCarriageReturn = name !== program;
		const examined = await examine(
			setting,
			{program, directory, isDirect: true},
			depth + 1,
		);
		if (examined.kind !== 'missing') {
			return examined;
		}

		const place = await placeOfProgram(setting, name, directory);
		return cause({
			kind: 'missing-interpreter',
			script: path,
			interpreter: name,
			hasCarriageReturn,
			place,
		});
	};

	const examined = await next(interpreter);
	const started = programOfEnv(argument);
	return examined.kind === 'fine' &&
		posix.basename(interpreter) === 'env' &&
		started !== null
		? next(started)
		: examined;
}

/** @returns Where a program of that name is: there, or elsewhere in PATH; `null` where there is none. */
async function placeOfProgram(
	setting: Setting,
	name: string,
	directory: string,
): Promise<string | null> {
	const places = [
		...(name.includes('/') ? [fullPath(name, directory)] : []),
		...searchedFolders(setting).map(folder =>
			posix.join('/', folder, posix.basename(name)),
		),
	];
	for (const place of places) {
		// eslint-disable-next-line no-await-in-loop -- the first one counts
		const entry = await setting.look.find(place);
		if (entry && entry.kind !== 'directory') {
			return place;
		}
	}

	return null;
}

/** By the names that they have on every distribution: `ld-linux-x86-64.so.2`, `ld-musl-x86_64.so.1`. */
function libcOf(loader: string): Libc | null {
	const name = posix.basename(loader);
	return name.startsWith('ld-musl-')
		? 'musl'
		: /^ld(?:-linux.*|64)?\.so/v.test(name)
			? 'glibc'
			: null;
}

async function libcIn({look, platform}: Setting): Promise<Libc | null> {
	const {musl, glibc} = loaders[platform.split('/')[1] ?? ''] ?? {};
	return musl !== undefined && (await look.find(`/lib/${musl}`))
		? 'musl'
		: glibc !== undefined && (await look.find(glibc))
			? 'glibc'
			: null;
}

/** Of each processor's C libraries (glibc's sysdeps, musl's arch folders). */
const loaders: Readonly<
	Record<string, {readonly musl: string; readonly glibc: string}>
> = {
	amd64: {
		musl: 'ld-musl-x86_64.so.1',
		glibc: '/lib64/ld-linux-x86-64.so.2',
	},
	arm64: {musl: 'ld-musl-aarch64.so.1', glibc: '/lib/ld-linux-aarch64.so.1'},
	arm: {musl: 'ld-musl-armhf.so.1', glibc: '/lib/ld-linux-armhf.so.3'},
	386: {musl: 'ld-musl-i386.so.1', glibc: '/lib/ld-linux.so.2'},
	ppc64le: {musl: 'ld-musl-powerpc64le.so.1', glibc: '/lib64/ld64.so.2'},
	s390x: {musl: 'ld-musl-s390x.so.1', glibc: '/lib/ld64.so.1'},
	riscv64: {
		musl: 'ld-musl-riscv64.so.1',
		glibc: '/lib/ld-linux-riscv64-lp64d.so.1',
	},
};

function cause(found: Cause): Examined {
	return {kind: 'cause', cause: found};
}
