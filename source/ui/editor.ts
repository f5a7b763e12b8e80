import {accessSync, constants} from 'node:fs';
import path from 'node:path';

/** What is looked for on the PATH where neither `VISUAL` nor `EDITOR` names an editor. */
const fallbacks = ['vi', 'nano'];

/** How editors take the line to open a file at; what isn't here gets the file alone. */
const lineStyles: ReadonlyArray<
	readonly [
		names: RegExp,
		words: (file: string, line: number) => readonly string[],
	]
> = [
	[
		/^(?:vi|vim|nvim|gvim|view|nano|pico|emacs|emacsclient|mg|jed|joe|jmacs|jstar|kak|micro|ne|gedit|kate)$/v,
		(file, line) => [`+${line}`, file],
	],
	[
		/^(?:code|code-insiders|codium|vscodium|cursor|windsurf)$/v,
		(file, line) => ['--goto', `${file}:${line}`],
	],
	[/^(?:hx|helix|subl|zed|zeditor)$/v, (file, line) => [`${file}:${line}`]],
];

/** Editors with a window of their own come back at once unless they are told to wait. */
const needsWait =
	/^(?:code|code-insiders|codium|vscodium|cursor|windsurf|subl|zed|zeditor)$/v;

/** A program and its arguments. */
export type EditorCommand = readonly [program: string, ...words: string[]];

/**
@param env - `VISUAL`, else `EDITOR`, is a command line for the shell, as Git takes it: `code --wait`. With neither, what
of vi and nano is on the `PATH`.
@param line - Counted from 1.
@returns The command that opens the file there, or `null` when there is no editor.
*/
export function editorCommand(
	env: Readonly<Record<string, string | undefined>>,
	file: string,
	line: number,
): EditorCommand | null {
	const editor =
		[env['VISUAL'], env['EDITOR']].find(name => name?.trim()) ??
		fallbacks.find(name => isOnPath(name, env['PATH'] ?? ''));
	if (editor === undefined) {
		return null;
	}

	const [program = '', ...options] = editor.trim().split(/\s+/v);
	const name = path.basename(program);
	const [, wordsFor] = lineStyles.find(([names]) => names.test(name)) ?? [];
	const waiting =
		needsWait.test(name) &&
		!options.some(option => option === '--wait' || option === '-w')
			? ['--wait']
			: [];
	return [
		'sh',
		'-c',
		`${editor} "$@"`,
		editor,
		...waiting,
		...(wordsFor?.(file, line) ?? [file]),
	];
}

function isOnPath(name: string, folders: string): boolean {
	return folders
		.split(path.delimiter)
		.filter(folder => folder !== '')
		.some(folder => {
			try {
				accessSync(path.join(folder, name), constants.X_OK);
				return true;
			} catch {
				return false;
			}
		});
}
