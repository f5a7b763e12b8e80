import type {Cause} from '../../debugger/machine/explanation.js';
import {nameOf} from '../../filesystem/tree/paths.js';
import {readableOf} from '../../text/byte-path.js';
import {fullPath, type Setting} from './setting.js';
import {assignedIn, sourcedIn} from './words/command-words.js';

/** What login shells and interactive ones read of a home, and of all (bash(1), "INVOCATION"; zsh(1); pam_env(8)). */
const ofHome = [
	'.bashrc',
	'.bash_profile',
	'.bash_login',
	'.profile',
	'.zshrc',
	'.zprofile',
];
const ofAll = [
	'/etc/profile',
	'/etc/bash.bashrc',
	'/etc/environment',
	'/etc/zsh/zshrc',
];
const folderOfAll = '/etc/profile.d';

/**
@param folder - Which PATH lacks.
@param program - What is called, and is in it.
@returns Which file puts the folder in PATH that the shell of a RUN doesn't read; `null` where none does, or it reads such.
*/
export async function unreadProfile(
	setting: Setting,
	folder: string,
	program: string,
): Promise<Cause | null> {
	const {look, process, identity} = setting;
	const flags = process.arguments.slice(1, -1);
	if (flags.some(flag => /^-\w*[il]|^--(?:login|interactive)$/v.test(flag))) {
		return null;
	}

	const home =
		process.environment['HOME'] ??
		(identity.uid === 0 ? '/root' : `/home/${identity.name ?? identity.uid}`);
	const directory = await look.find(folderOfAll);
	const scripts = directory ? await look.readDirectory(directory.path) : [];
	for (const file of [
		...ofHome.map(name => `${home}/${name}`),
		...ofAll,
		...scripts.map(({path}) => `${folderOfAll}/${readableOf(nameOf(path))}`),
	]) {
		// eslint-disable-next-line no-await-in-loop -- the first one is enough
		if (await putsInPath(setting, {file, home, folder}, true)) {
			return {kind: 'unread-profile', file, found: program};
		}
	}

	return null;
}

/** @param isFollowed - Whether what the file reads in turn counts. */
async function putsInPath(
	setting: Setting,
	place: {
		readonly file: string;
		readonly home: string;
		readonly folder: string;
	},
	isFollowed: boolean,
): Promise<boolean> {
	const {file, home, folder} = place;
	const text = await setting.look.text(file);
	if (text === null) {
		return false;
	}

	const plain = text.replaceAll(/\$\{?HOME\}?|(?<=[=:"'\s])~(?=\/)/gv, home);
	const names = (value: string): boolean =>
		value
			.replace(/^PATH=/v, '')
			.split(':')
			.some(part => part.replaceAll(/["']/gv, '') === folder);
	if (assignedIn(plain, 'PATH').some(value => names(value))) {
		return true;
	}

	for (const next of isFollowed ? sourcedIn(plain) : []) {
		const nextFile = fullPath(next, home);
		// eslint-disable-next-line no-await-in-loop -- the first one is enough
		if (await putsInPath(setting, {...place, file: nextFile}, false)) {
			return true;
		}
	}

	return false;
}
