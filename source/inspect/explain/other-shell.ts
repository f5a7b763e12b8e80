import {posix} from 'node:path';
import type {Cause} from '../../debugger/machine/explanation.js';
import {
	programOfEnv,
	readShebang,
	shebangSize,
} from '../../filesystem/programs/shebang.js';
import {nameOf} from '../../filesystem/tree/paths.js';
import {readableOf} from '../../text/byte-path.js';
import {absolute} from './look.js';
import {fullPath, searchedFolders, type Setting} from './setting.js';
import {
	type BashWord,
	bashSyntax,
	bashTest,
	isUnexpanded,
} from './words/bash-words.js';
import type {Complaint} from './words/complaints.js';

/** Shells that know little more than POSIX has. */
const plainShells: ReadonlySet<string> = new Set([
	'ash',
	'busybox',
	'dash',
	'sh',
]);

/** Where bash is, in nearly all images that have it. */
const places = ['/bin/bash', '/usr/bin/bash', '/usr/local/bin/bash'];

/** What a shell read. */
type Script = {
	readonly text: string;

	/** The file that holds it; `null` of the instruction's own. */
	readonly path: string | null;

	/** The shell, as it is named there. */
	readonly shell: string;
};

/**
@param complaint - Of a shell, about what it doesn't know.
@param directory - What a relative script counts from.
@returns What of it bash knows, and whether bash is there; `null` where that isn't what is wrong.
*/
export async function explainOtherShell(
	setting: Setting,
	complaint: Extract<Complaint, {kind: 'shell'}>,
	directory: string,
): Promise<Cause | null> {
	const script = await scriptOf(setting, complaint.shell, directory);
	if (!script) {
		return null;
	}

	const word =
		complaint.what === 'syntax'
			? bashSyntax(script.text)
			: complaint.what === 'test'
				? bashTest(script.text)
				: complaint.what;
	return word && causeOf(setting, word, script);
}

/**
@param word - Braces in a path that wasn't found.
@returns That the instruction's own shell doesn't expand them; `null` where it does, or isn't what gave them to the command.
*/
export async function explainBraces(
	setting: Setting,
	word: string,
): Promise<Cause | null> {
	const script = ownScript(setting);
	return script?.text.includes(word)
		? causeOf(setting, {word, instead: null}, script)
		: null;
}

/**
@param missing - A path that isn't there.
@returns That something is there in its place of whose name bash would have made it: `mkdir /app/{bin,lib}`.
*/
export async function explainUnexpanded(
	setting: Setting,
	missing: string,
): Promise<Cause | null> {
	const {look} = setting;
	const folder = await look.find(posix.dirname(missing));
	const entries = folder ? await look.readDirectory(folder.path) : [];
	const name = entries
		.map(({path}) => readableOf(nameOf(path)))
		.find(other => isUnexpanded(other, posix.basename(missing)));
	const script = name === undefined ? null : ownScript(setting);
	const cause =
		script && (await causeOf(setting, {word: name!, instead: null}, script));
	return cause && {...cause, made: posix.join(posix.dirname(missing), name!)};
}

async function causeOf(
	setting: Setting,
	{word, instead}: BashWord,
	{path, shell}: Script,
): Promise<Extract<Cause, {kind: 'other-shell'}> | null> {
	const {look} = setting;
	const found = await look.find(await placeOfShell(setting, shell));
	if (!found || !plainShells.has(nameOf(found.path))) {
		return null;
	}

	const there = await Promise.all(
		places.map(async place => {
			const entry = await look.find(place);
			return entry?.kind === 'file' ? [place] : [];
		}),
	);
	return {
		kind: 'other-shell',
		word,
		instead,
		script: path,
		shell,
		real: absolute(found.path),
		bash: there.flat()[0] ?? null,
		made: null,
	};
}

/** What the instruction has its shell read. */
function ownScript({process}: Setting): Script | null {
	const {arguments: words} = process;
	return words.length > 2 && /^-\w*c$/v.test(words.at(-2)!)
		? {text: words.at(-1)!, path: null, shell: words[0]!}
		: null;
}

/** @param name - What complains: a shell, or a script by its name. */
async function scriptOf(
	setting: Setting,
	name: string,
	directory: string,
): Promise<Script | null> {
	const own = ownScript(setting);
	if (/(?:^|\/)\w*sh$/v.test(name)) {
		return own && {...own, shell: name};
	}

	const path = fullPath(name, directory);
	const text = await setting.look.text(path);
	if (text === null) {
		return null;
	}

	const line = readShebang(
		new TextEncoder().encode(text.slice(0, shebangSize)),
	);
	const interpreter = line
		? posix.basename(line.interpreter) === 'env'
			? programOfEnv(line.argument)
			: line.interpreter
		: (own?.shell ?? null);
	return interpreter === null ? null : {text, path, shell: interpreter};
}

async function placeOfShell(setting: Setting, shell: string): Promise<string> {
	if (shell.includes('/')) {
		return shell;
	}

	for (const folder of searchedFolders(setting)) {
		const path = posix.join('/', folder, shell);
		// eslint-disable-next-line no-await-in-loop -- the first one counts
		if (await setting.look.find(path)) {
			return path;
		}
	}

	return shell;
}
